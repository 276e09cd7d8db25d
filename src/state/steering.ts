import type { Config } from '../plan/config.ts';
import type { Plan, Task } from '../plan/plan.ts';
import { describeCause } from './describe-cause.ts';
import { inline } from './markdown.ts';
import { LABEL } from './names.ts';
import type { GroupRecord, TaskRecord } from './record.ts';
import { isRefused } from './refused.ts';
import { millis, type Snapshot } from './snapshot.ts';
import type { TrackedIssue, TrackedIssues } from './tracked-issues.ts';

/** What people have said by labels and commands: what is started, what is held. */

export interface SteeringInput {
  readonly plan: Plan;
  readonly config: Config;
  readonly snapshot: Snapshot;
  /** Tracked issues whose records hold everything that this snapshot tells. */
  readonly tracked: TrackedIssues;
  /** Why nothing may be dispatched at all. */
  readonly notice: string | undefined;
}

/** A person's hold on the task, its wave or the plan; undefined when it may go ahead. */
export function holdReason(
  task: Task,
  { snapshot, tracked, notice, started }: SteeringInput & { readonly started: ReadonlySet<number> },
): string | undefined {
  const own = tracked.tasks.get(task.id);
  const wave = tracked.waves.get(task.wave);
  if (own?.record.hold) return `${describeCause(own.record.hold.cause)}; comment \`/start\` or \`/retry\``;
  if (notice !== undefined) return inline(notice);
  for (const [what, trackedIssue] of [
    ['it', own],
    [`wave ${task.wave}`, wave],
    ['the plan', tracked.plan],
  ] as const) {
    if (trackedIssue && paused(trackedIssue, snapshot))
      return `${what} is paused; remove \`${LABEL.pause}\` or comment \`/resume\` on #${trackedIssue.issue.number}`;
  }
  const plan = tracked.plan?.issue;
  if (plan && !plan.open) return `the plan issue #${plan.number} is closed; open it again to go on`;
  if (wave && isRefused(wave.issue, snapshot))
    return `wave ${task.wave} was closed as not planned; open #${wave.issue.number} again to go on`;
  if (started.has(task.wave) || (own && startedHere(own, snapshot))) return undefined;
  const where = wave ? `#${wave.issue.number}` : 'its wave issue';
  return `wave ${task.wave} is not started; label ${where} \`${LABEL.start}\``;
}

/** Whether somebody started, paused or held this one itself, whatever it comes to. */
export function isSteered({ issue, record }: TrackedIssue<TaskRecord>): boolean {
  if (record.hold || record.start || record.pause) return true;
  return issue.labels.includes(LABEL.start) || issue.labels.includes(LABEL.pause);
}

/** Waves whose tasks may be dispatched. */
export function startedWaves({ plan, config, snapshot, tracked }: SteeringInput): ReadonlySet<number> {
  const all = tracked.plan !== undefined && startedHere(tracked.plan, snapshot);
  const started = new Set<number>();
  let previousDone = false;
  for (const { number } of plan.waves) {
    const trackedIssue = tracked.waves.get(number);
    const advanced = config.advance === 'auto' && previousDone;
    if (all || advanced || (trackedIssue && startedHere(trackedIssue, snapshot))) started.add(number);
    previousDone =
      config.advance === 'auto' &&
      started.has(number) &&
      plan.tasks.every((task) => task.wave !== number || tracked.tasks.get(task.id)?.issue.closedAs === 'completed');
  }
  return started;
}

/** True when the whole plan, one of its waves or one of its tasks has been started. */
export function anythingStarted({ snapshot, tracked }: Pick<SteeringInput, 'snapshot' | 'tracked'>): boolean {
  const everything = [tracked.plan, ...tracked.waves.values(), ...tracked.tasks.values()];
  return everything.some((trackedIssue) => trackedIssue !== undefined && startedHere(trackedIssue, snapshot));
}

type Steered = TrackedIssue<TaskRecord> | TrackedIssue<GroupRecord>;

/** A label counts however it got there, when its last setter may write to the repository. */
function startedHere({ issue, record }: Steered, snapshot: Snapshot): boolean {
  if (record.start) return true;
  const setter = issue.labelled.get(LABEL.start)?.by;
  return issue.labels.includes(LABEL.start) && setter !== undefined && snapshot.writers.has(setter);
}

function paused({ issue, record }: Steered, snapshot: Snapshot): boolean {
  if (record.pause) return true;
  if (!issue.labels.includes(LABEL.pause)) return false;
  const set = issue.labelled.get(LABEL.pause);
  // A label so old that GitHub no longer shows its setter holds: waiting does no harm.
  if (!set) return true;
  return snapshot.writers.has(set.by) && (record.resumed === undefined || millis(set.at) > millis(record.resumed));
}
