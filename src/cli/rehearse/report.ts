import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RequestEntry } from 'embedded-github';
import { lowerBound } from '../../plan/critical-path.ts';
import type { Plan } from '../../plan/plan.ts';
import { countEach } from '../../state/count-each.ts';
import { readTaskRecord } from '../../state/record.ts';
import { type ChainLink, decisiveChain, type TaskRun } from './decisive-chain.ts';
import { type JobMinutes, jobMinutes } from './job-minutes.ts';
import { type LandingReport, landingReports } from './landing-reports.ts';
import type { Mode } from './mode.ts';
import type { ProcessorTime } from './processor-time.ts';
import { type RunTimings, readRunTimings } from './run-timings.ts';
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
  readonly job_minutes: JobMinutes;
  /** Seconds for the whole command, from the start label on. */
  readonly wall_s: number;
  /** Mean milliseconds of each step of a task run. */
  readonly step_ms: Readonly<Record<string, number>>;
  readonly mode: Mode;
  /** How many times faster than estimated the scripted agent worked. */
  readonly speed: number;
  /** In the order of the plan. */
  readonly by_task: readonly TaskReport[];
  /** Where the time went between the tasks that decided how long it took, first to last. */
  readonly decisive_chain: readonly ChainLink[];
  /** Verifications and waits of every landing, and of what did not come to land. */
  readonly landings: readonly LandingReport[];
  /** Null: this machine does not tell. */
  readonly processor: ProcessorTime | null;
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
  readonly processor: ProcessorTime | null;
}

export async function makeReport(input: ReportInput): Promise<Report> {
  const { session, plan, end, out, started, slots, speed, mode, processor } = input;
  const issues = session.github.issuesReport(`${session.owner}/${session.repo}`);
  const records = issues.flatMap((issue) => readTaskRecord(issue.body ?? '') ?? []);
  const runs = await readRunTimings(join(out, 'runs'));
  // The app closes what has landed, and at last the plan.
  const closings = session.requests.filter(({ route, status }) => route.includes('closeIssue') && status === 200);
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
    job_minutes: jobMinutes(session.github.runs(), plan.tasks.length),
    wall_s: rounded((Date.now() - started) / 1000),
    step_ms: means(runs),
    mode,
    speed,
    by_task: await taskReports(session, { end, out }),
    decisive_chain: decisiveChain(plan, { runs: taskRuns(session, runs), started }),
    landings: landingReports(session),
    processor,
    held: session.refusal() ?? null,
  };
}

function taskRuns({ github }: RehearsalSession, timings: readonly RunTimings[]): readonly TaskRun[] {
  const byRun = new Map(timings.map((one) => [one.run, one]));
  return github.runs().flatMap(({ id, inputs: { task }, createdAt }) => {
    const found = byRun.get(id);
    return task !== undefined && found ? [{ task, created: createdAt, timings: found }] : [];
  });
}

function routeName({ method, route }: RequestEntry): string {
  return route.startsWith('graphql') || route.startsWith('git ') ? route.replace(/:.*/, '') : `${method} ${route}`;
}

/** How many there are of each name, most frequent first. */
function counted(
  requests: readonly RequestEntry[],
  nameOf: (request: RequestEntry) => string,
): Readonly<Record<string, number>> {
  return Object.fromEntries([...countEach(requests.map(nameOf))].sort(([, a], [, b]) => b - a));
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

function means(runs: readonly RunTimings[]): Record<string, number> {
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
