import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type EstimateMap, parseEstimateMap } from '../planning/import/estimate-map.ts';
import { IMPORT_FORMAT_NAMES, type ImportFormatName } from '../planning/import/formats.ts';
import { type Imported, type ImportRequest, importPlan } from '../planning/import/import-plan.ts';
import { nameFromPath } from '../planning/import/source.ts';
import { askTimes } from './import/ask-times.ts';
import { importJson, importSummary } from './import/import-summary.ts';
import { readSource } from './import/read-source.ts';
import { refuseToOverwrite, writePlan } from './import/write-plan.ts';
import { prompterOn } from './init/prompter.ts';
import { usualPlanPath } from './open-plan.ts';
import { reportProblems } from './report-problems.ts';
import { UsageError } from './usage-error.ts';

interface Flags {
  readonly from?: ImportFormatName;
  readonly out?: string;
  readonly force?: true;
  readonly json?: true;
  readonly dryRun?: true;
  readonly map?: EstimateMap;
  readonly tag?: string;
}

/** `agent-waves import`: a plan in another form becomes tasks.json. */
export function importCommand(): Command {
  return new Command('import')
    .description('make tasks.json from a plan in another form')
    .argument('<file>', 'the plan, or the folder that holds it')
    .addOption(new Option('--from <format>', 'its format, instead of recognising it').choices(IMPORT_FORMAT_NAMES))
    .option(
      '--map <words>',
      'how long points and sizes take: "pts=2h", "S=1h,M=4h,L=1d", "week=30h", "number=1h" for one without a unit',
      readMap,
    )
    .option(
      '--tag <name>',
      'the tag to import of a claude-task-master file (default: the only one with open tasks, or master)',
    )
    .option('--out <path>', 'where to write the plan, instead of its usual place; `-` for standard output')
    .option('--force', 'overwrite an existing file')
    .option('--dry-run', 'say what would be done, and write nothing')
    .option('--json', 'say what was done as JSON')
    .action(run);
}

/** Given more than once, all of it counts. */
function readMap(text: string, before: EstimateMap = new Map()): EstimateMap {
  const read = parseEstimateMap(text);
  if (!read.ok) throw new InvalidArgumentError(read.message);
  return new Map([...before, ...read.map]);
}

async function run(path: string, flags: Flags): Promise<void> {
  const { out: named, from: format, json = false, force = false, dryRun = false, map, tag } = flags;
  if (named === '-' && json) throw new UsageError('--out - prints the plan and --json the report; choose one');
  const source = await readSource(path);
  const request = {
    ...source,
    name: nameFromPath(resolve(path)),
    ...(format === undefined ? {} : { format }),
    ...(tag === undefined ? {} : { tag }),
  };
  const imported = await importAsking(request, map ?? new Map(), !json && named !== '-');
  if (!imported.ok) return reportProblems(imported.problems, { json });
  const out = named ?? (await usualPlanPath());
  if (out === '-') return print(imported);
  const overwrites = await refuseToOverwrite(out, { sources: source.files.map(({ file }) => file), force, dryRun });
  if (!dryRun) await writePlan(imported.text, { out, force });
  const done = { imported, out, written: !dryRun, overwrites };
  console.log(json ? JSON.stringify(importJson(done), null, 2) : importSummary(done));
}

/** Where words stand for times that nobody has said, whoever sits there is asked, and the import is made again. */
async function importAsking(request: ImportRequest, map: EstimateMap, mayAsk: boolean): Promise<Imported> {
  const imported = importPlan({ ...request, map });
  const isThere = process.stdin.isTTY && process.stderr.isTTY;
  if (!imported.ok || imported.unmapped.length === 0 || !mayAsk || !isThere) return imported;
  const prompter = prompterOn({ input: process.stdin, output: process.stderr });
  try {
    const said = await askTimes(imported.unmapped, prompter);
    return importPlan({ ...request, map: new Map([...map, ...said]) });
  } finally {
    prompter.close();
  }
}

/** The plan goes where a pipe takes it, and what there is to say beside it. */
function print(imported: Imported & { ok: true }): void {
  process.stdout.write(imported.text);
  console.error(importSummary({ imported, out: '-', written: true, overwrites: false }));
}
