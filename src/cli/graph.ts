import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { graphData, scheduleData } from '../pictures/data.ts';
import {
  type Drawn,
  drawGraph,
  drawSchedule,
  PICTURE_FORMATS,
  type PictureFormat,
  taskLayout,
} from '../pictures/draw.ts';
import type { Schedule, Turn } from '../pictures/timetable.ts';
import type { Plan } from '../plan/plan.ts';
import { openPlan as openTasks } from '../planning/simulate/open-plan.ts';
import { simulate } from '../planning/simulate/simulate.ts';
import { liveCopy } from '../progress/dashboard/live-copy.ts';
import { type OpenedPlan, openPlan } from './open-plan.ts';
import { reportProblems } from './report-problems.ts';
import { UsageError } from './usage-error.ts';

interface Flags {
  readonly format?: PictureFormat;
  readonly gantt?: true;
  readonly agents?: number;
  readonly out?: string;
  readonly json?: true;
  readonly live?: true;
}

type LoadedPlan = OpenedPlan & { readonly ok: true };

/** What the ending of a file says about its format. */
const ENDINGS: Readonly<Record<string, PictureFormat>> = {
  '.mmd': 'mermaid',
  '.mermaid': 'mermaid',
  '.dot': 'dot',
  '.gv': 'dot',
  '.svg': 'svg',
  '.html': 'html',
  '.htm': 'html',
};

/** More agents than this have nothing to do in any plan. */
const MAX_AGENTS = 1_000;

/** `agent-waves graph`: a picture of a plan. */
export function graphCommand(): Command {
  return new Command('graph')
    .description('draw a plan: its dependencies by wave, or with --gantt its schedule, with the critical path marked')
    .argument('[plan]', 'the plan file; without it, the one that the configuration names')
    .addOption(
      new Option(
        '--format <format>',
        'default: by the extension of --out (.mmd, .dot, .gv, .svg, .html), otherwise mermaid; dot has no schedules',
      ).choices(PICTURE_FORMATS),
    )
    .option('--gantt', 'draw when each task that is left runs, and where, as simulate foresees it')
    .option('--agents <n>', 'how many agents the schedule is for, instead of the configured number', agents)
    .option('--live', 'with --format html: the dashboard, with where each task stands as the plan file tells it')
    .option('--out <file>', 'write the picture to this file')
    .option('--json', 'print nodes and edges, or the schedule, as JSON')
    .action(run);
}

async function run(named: string | undefined, flags: Flags): Promise<void> {
  const format = formatOf(flags);
  const opened = await openPlan(named);
  if (!opened.ok) return reportProblems(opened.problems, flags);
  if (flags.out !== undefined && resolve(flags.out) === resolve(opened.source.file)) {
    throw new UsageError(`--out ${flags.out} is the plan itself; name another file`);
  }
  const drawn = flags.json ? undefined : draw(opened, { format, flags });
  const text = drawn?.text ?? `${JSON.stringify(dataOf(opened, flags), null, 2)}\n`;
  if (flags.out === undefined) {
    process.stdout.write(text);
    return;
  }
  await writeFile(flags.out, text).catch((cause: NodeJS.ErrnoException) => {
    const why = WRITE_FAILURES[cause.code ?? ''] ?? `cannot be written (${cause.code ?? cause.message})`;
    throw new UsageError(`${flags.out} ${why}; name another file`, { cause });
  });
  const many = opened.plan.tasks.length;
  const waves = drawn?.of === 'waves' ? `, drawn as ${opened.plan.waves.length} waves` : '';
  console.log(`${flags.out}: ${many} task${many === 1 ? '' : 's'}${waves}`);
}

const WRITE_FAILURES: Readonly<Record<string, string>> = {
  EISDIR: 'is a folder',
  ENOENT: 'is in a folder that does not exist',
  ENOTDIR: 'is in no folder',
  EACCES: 'may not be written',
};

function formatOf({ format, out, json, gantt, agents, live }: Flags): PictureFormat {
  if (json && format !== undefined)
    throw new UsageError('--json and --format ask for different things; give one of them');
  if (agents !== undefined && !gantt)
    throw new UsageError('--agents is about the schedule; add --gantt, or leave it out');
  const wanted = format ?? ENDINGS[extname(out ?? '').toLowerCase()] ?? 'mermaid';
  if (live && (wanted !== 'html' || gantt || json))
    throw new UsageError('--live is a page of its own; give it with --format html, and without --gantt and --json');
  if (gantt && wanted === 'dot' && !json) {
    throw new UsageError('dot has no schedules; with --gantt use --format mermaid, svg or html');
  }
  return wanted;
}

function draw(opened: LoadedPlan, { format, flags }: { readonly format: PictureFormat; readonly flags: Flags }): Drawn {
  if (flags.live) return { text: liveCopy(opened.plan, { text: opened.source.text, sha256 }), of: 'tasks' };
  const drawn =
    flags.gantt && format !== 'dot'
      ? drawSchedule({ format, sha256, ...scheduleOf(opened, flags) })
      : drawGraph({ plan: opened.plan, format, sha256 });
  if (drawn) return drawn;
  const waves = opened.plan.waves.length;
  throw new UsageError(`${waves} waves are too many for Mermaid as GitHub draws it; use --format svg or html`);
}

function dataOf(opened: LoadedPlan, flags: Flags): object {
  return flags.gantt ? scheduleData(scheduleOf(opened, flags)) : graphData(opened.plan, taskLayout(opened.plan));
}

/** What is left to do, as the orchestrator would have it done. */
function scheduleOf({ plan, config }: LoadedPlan, flags: Flags): Schedule {
  const agents = flags.agents ?? config.max_parallel;
  const [simulated] = simulate({ plan, config, agents: [agents] }).schedules;
  const turns = simulated?.tasks.map(
    ({ id, agent, start, end }): Turn => ({ id, agent_id: agent, start_min: start, end_min: end }),
  );
  const open: Plan = openTasks(plan);
  return { plan: open, turns: turns ?? [], agents, completed: plan.tasks.length - open.tasks.length };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

function agents(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > MAX_AGENTS) {
    throw new InvalidArgumentError(`give a whole number from 1 to ${MAX_AGENTS}`);
  }
  return value;
}
