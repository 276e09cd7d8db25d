import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RequestEntry } from 'embedded-github';
import * as z from 'zod';
import { lowerBound } from '../../plan/critical-path.ts';
import type { Plan } from '../../plan/plan.ts';
import { readTaskRecord } from '../../state/record.ts';
import type { Mode } from './mode.ts';
import type { RehearsalSession } from './session.ts';
import { type TaskReport, taskReports } from './task-reports.ts';

/** What a rehearsal measured; other programs read it. */
export interface Report {
  readonly plan: string;
  readonly tasks: { readonly total: number; readonly completed: number; readonly failed: number };
  /** Attempts over all tasks. */
  readonly attempts: number;
  /** Seconds from the start label to the last task's completion. */
  readonly makespan_s: number;
  /** Seconds below which no schedule of the scripted agent's work can go. */
  readonly bound_s: number;
  readonly ratio: number;
  /** Most tasks between claim and result at one moment. */
  readonly max_running: number;
  readonly requests: {
    readonly total: number;
    readonly by_route: Readonly<Record<string, number>>;
    readonly by_actor: Readonly<Record<string, number>>;
  };
  readonly webhooks: number;
  /** Seconds for the whole command, from the start label on. */
  readonly wall_s: number;
  /** Mean milliseconds of each step of a task run. */
  readonly step_ms: Readonly<Record<string, number>>;
  readonly mode: Mode;
  /** How many times faster than estimated the scripted agent worked. */
  readonly speed: number;
  /** In the order of the plan. */
  readonly by_task: readonly TaskReport[];
  /** Why the app held the plan at the end, as it told people; null: it did not. */
  readonly held: string | null;
}

export interface ReportInput {
  readonly session: RehearsalSession;
  readonly plan: Plan;
  /** The plan as it stood on the base at the end. */
  readonly end: Plan;
  readonly out: string;
  /** Epoch milliseconds of the start label. */
  readonly started: number;
  readonly slots: number;
  readonly speed: number;
  readonly mode: Mode;
}

export async function makeReport(input: ReportInput): Promise<Report> {
  const { session, plan, end, out, started, slots, speed, mode } = input;
  const issues = session.github.issuesReport(`${session.owner}/${session.repo}`);
  const records = issues.flatMap((issue) => readTaskRecord(issue.body ?? '') ?? []);
  const runs = await timings(join(out, 'runs'));
  const closings = session.requests.filter(
    ({ route, method, status }) => method === 'PATCH' && route.endsWith('/issues/{issue_number}') && status === 200,
  );
  const last = Math.max(started, ...closings.map(({ time }) => Date.parse(time)));
  const makespan = rounded((last - started) / 1000);
  const bound = rounded((lowerBound(plan, slots) * 60) / speed);
  return {
    plan: plan.name,
    tasks: {
      total: plan.tasks.length,
      completed: end.tasks.filter(({ status }) => status === 'completed').length,
      failed: end.tasks.filter(({ status }) => status === 'blocked').length,
    },
    attempts: records.reduce((sum, { attempt }) => sum + attempt, 0),
    makespan_s: makespan,
    bound_s: bound,
    ratio: rounded(makespan / bound),
    max_running: mostAtOnce(
      runs.flatMap(({ claimed, reported }) =>
        claimed === undefined || reported === undefined ? [] : [[claimed, reported] as const],
      ),
    ),
    requests: {
      total: session.requests.length,
      by_route: counted(session.requests, routeName),
      by_actor: counted(session.requests, ({ actor }) => actor),
    },
    webhooks: session.github.webhooksSent(),
    wall_s: rounded((Date.now() - started) / 1000),
    step_ms: means(runs),
    mode,
    speed,
    by_task: await taskReports(session, { end, out }),
    held: session.refusal() ?? null,
  };
}

function routeName({ method, route }: RequestEntry): string {
  return route.startsWith('graphql') || route.startsWith('git ') ? route.replace(/:.*/, '') : `${method} ${route}`;
}

/** How many there are of each name, most frequent first. */
function counted(
  requests: readonly RequestEntry[],
  nameOf: (request: RequestEntry) => string,
): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const name of requests.map(nameOf)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}

export async function writeReport(
  report: Report,
  { session, out }: { readonly session: RehearsalSession; readonly out: string },
): Promise<void> {
  const issues = session.github.issuesReport(`${session.owner}/${session.repo}`);
  const pulls = session.github.pullsReport(`${session.owner}/${session.repo}`);
  await writeFile(join(out, 'issues.json'), `${JSON.stringify(issues, null, 2)}\n`);
  await writeFile(join(out, 'pulls.json'), `${JSON.stringify(pulls, null, 2)}\n`);
  await writeFile(join(out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
}

interface RunTiming {
  readonly claimed: number | undefined;
  readonly reported: number | undefined;
  /** Step name to milliseconds. */
  readonly steps: ReadonlyMap<string, number>;
}

const stepTiming = z.object({ name: z.string(), outcome: z.string(), started: z.number(), ended: z.number() });

type StepTiming = Readonly<z.infer<typeof stepTiming>>;

/** Reads what the runner wrote down of every run's steps, whichever of its jobs they were in. */
async function timings(folder: string): Promise<readonly RunTiming[]> {
  const runs: RunTiming[] = [];
  for (const run of await readdir(folder).catch(() => [])) {
    const all: StepTiming[] = [];
    for (const job of await readdir(join(folder, run))) {
      const text = await readFile(join(folder, run, job, 'steps.json'), 'utf8').catch(() => '[]');
      all.push(...z.array(stepTiming).parse(JSON.parse(text)));
    }
    const steps = all.filter(({ outcome }) => outcome !== 'skipped').sort((a, b) => a.started - b.started);
    if (steps.length === 0) continue;
    runs.push({
      claimed: steps.find(({ name }) => name === 'Claim the task')?.ended,
      reported: steps.findLast(({ name }) => name === 'Report')?.started,
      steps: durations(steps),
    });
  }
  return runs;
}

/** Milliseconds by name: jobs of one run may have steps of the same name. */
function durations(steps: readonly StepTiming[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { name, started, ended } of steps) sums.set(name, (sums.get(name) ?? 0) + ended - started);
  return sums;
}

function means(runs: readonly RunTiming[]): Record<string, number> {
  const sums = new Map<string, { total: number; count: number }>();
  for (const { steps } of runs) {
    for (const [name, took] of steps) {
      const known = sums.get(name) ?? { total: 0, count: 0 };
      sums.set(name, { total: known.total + took, count: known.count + 1 });
    }
  }
  return Object.fromEntries([...sums].map(([name, { total, count }]) => [name, Math.round(total / count)]));
}

function mostAtOnce(intervals: readonly (readonly [number, number])[]): number {
  const changes = intervals
    .flatMap(
      ([from, to]) =>
        [
          [from, 1],
          [to, -1],
        ] as const,
    )
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let now = 0;
  let most = 0;
  for (const [, change] of changes) {
    now += change;
    most = Math.max(most, now);
  }
  return most;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
