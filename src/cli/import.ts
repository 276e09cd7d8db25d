import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { IMPORT_FORMAT_NAMES, type ImportFormatName } from '../planning/import/formats.ts';
import { type Imported, importPlan } from '../planning/import/import-plan.ts';
import { nameFromPath } from '../planning/import/source.ts';
import { importJson, importSummary } from './import/import-summary.ts';
import { readSource } from './import/read-source.ts';
import { refuseToOverwrite, writePlan } from './import/write-plan.ts';
import { usualPlanPath } from './open-plan.ts';
import { reportProblems } from './report-problems.ts';
import { UsageError } from './usage-error.ts';

interface Flags {
  readonly from?: ImportFormatName;
  readonly out?: string;
  readonly force?: true;
  readonly json?: true;
  readonly dryRun?: true;
}

/** `agent-waves import`: a plan in another form becomes tasks.json. */
export function importCommand(): Command {
  return new Command('import')
    .description('make tasks.json from a plan in another form')
    .argument('<file>', 'the plan, or the folder that holds it')
    .addOption(new Option('--from <format>', 'its format, instead of recognising it').choices(IMPORT_FORMAT_NAMES))
    .option('--out <path>', 'where to write the plan, instead of its usual place; `-` for standard output')
    .option('--force', 'overwrite an existing file')
    .option('--dry-run', 'say what would be done, and write nothing')
    .option('--json', 'say what was done as JSON')
    .action(run);
}

async function run(path: string, flags: Flags): Promise<void> {
  const { out: named, from: format, json = false, force = false, dryRun = false } = flags;
  if (named === '-' && json) throw new UsageError('--out - prints the plan and --json the report; choose one');
  const source = await readSource(path);
  const imported = importPlan({
    ...source,
    name: nameFromPath(resolve(path)),
    ...(format === undefined ? {} : { format }),
  });
  if (!imported.ok) return reportProblems(imported.problems, { json });
  const out = named ?? (await usualPlanPath());
  if (out === '-') return print(imported);
  const overwrites = await refuseToOverwrite(out, { sources: source.files.map(({ file }) => file), force, dryRun });
  if (!dryRun) await writePlan(imported.text, { out, force });
  const done = { imported, out, written: !dryRun, overwrites };
  console.log(json ? JSON.stringify(importJson(done), null, 2) : importSummary(done));
}

/** The plan goes where a pipe takes it, and what there is to say beside it. */
function print(imported: Imported & { ok: true }): void {
  process.stdout.write(imported.text);
  console.error(importSummary({ imported, out: '-', written: true, overwrites: false }));
}
