import type { Config } from '../plan/config.ts';
import type { Graph } from '../plan/graph.ts';
import type { Plan, Task, TaskId } from '../plan/plan.ts';
import { activeWhere } from './active-tasks.ts';
import { causeText } from './describe-cause.ts';
import { LABEL } from './names.ts';
import type { GroupRecord, TaskRecord } from './record.ts';
import { isRefused } from './refused.ts';
import { millis, type Snapshot } from './snapshot.ts';
import type { TrackedIssue, TrackedIssues } from './tracked-issues.ts';
import { mayWrite } from './trust.ts';

/** What people have said by labels and commands: what is started, what is held. */

export interface SteeringInput {
  readonly plan: Plan;
  readonly config: Config;
  readonly snapshot: Snapshot;
  /** Tracked issues whose records hold everything that this snapshot tells. */
  readonly tracked: TrackedIssues;
  /** Why nothing may be dispatched at all: one line of Markdown. */
  readonly notice: string | undefined;
}

/** A person's hold on the task, its wave or the plan; undefined when it may go ahead. */
export function holdReason(task: Task, input: HoldInput): string | undefined {
  const own = input.tracked.tasks.get(task.id);
  if (own?.issue.locked && own.issue.open)
    return `the conversation on #${own.issue.number} is locked, so that nothing of its run could be told there; unlock it to go on`;
  if (own?.record.hold) return `${causeText(own.record.hold.cause)}; comment \`/start\` or \`/retry\``;
  return holdWithin(task.wave, { ...input, own, isStarted: input.started.tasks.has(task.id) });
}

/** The same for every task of a wave on which itself nobody said anything. */
export function waveHoldReason(wave: number, input: HoldInput): string | undefined {
  return holdWithin(wave, { ...input, own: undefined, isStarted: false });
}

interface HoldInput extends SteeringInput {
  readonly started: Started;
}

interface WithinInput extends HoldInput {
  readonly own: TrackedIssue<TaskRecord> | undefined;
  /** By itself, whatever its wave is. */
  readonly isStarted: boolean;
}

function holdWithin(number: number, { snapshot, tracked, notice, started, own, isStarted }: WithinInput) {
  if (notice !== undefined) return notice;
  const wave = tracked.waves.get(number);
  const full = [own, wave, tracked.plan].find((one) => one?.isFull);
  if (full) return noRoom(full.issue.number);
  for (const [what, trackedIssue] of [
    ['it', own],
    [`wave ${number}`, wave],
    ['the plan', tracked.plan],
  ] as const) {
    if (trackedIssue && isPaused(trackedIssue, snapshot))
      return `${what} is paused; remove \`${LABEL.pause}\` or comment \`/resume\` on #${trackedIssue.issue.number}`;
  }
  const plan = tracked.plan?.issue;
  if (plan && !plan.open) return `the plan issue #${plan.number} is closed; open it again to go on`;
  if (wave && isRefused(wave.issue, snapshot))
    return `wave ${number} was closed as not planned; open #${wave.issue.number} again to go on`;
  if (started.waves.has(number) || isStarted) return undefined;
  const where = wave ? `#${wave.issue.number}` : 'its wave issue';
  return `wave ${number} is not started; label ${where} \`${LABEL.start}\``;
}

/** In the body of an issue. One line of Markdown without a full stop. */
export function noRoom(issue: number): string {
  return `the text of #${issue} leaves no room for what the app keeps there; shorten it to go on`;
}

/** Whether somebody started, paused or held this one itself, whatever it comes to. */
export function isSteered({ issue, record, isFull }: TrackedIssue<TaskRecord>): boolean {
  if (isFull || record.hold || record.start || record.pause || issue.locked) return true;
  return issue.labels.includes(LABEL.start) || issue.labels.includes(LABEL.pause);
}

/** What may be dispatched as far as starting goes: whole waves, and single tasks with all that they need. */
export interface Started {
  readonly waves: ReadonlySet<number>;
  readonly tasks: ReadonlySet<TaskId>;
}

interface StartedInput extends SteeringInput {
  readonly graph: Graph;
  /** Whether nothing of a task is left to do; by the task and its place in the plan. */
  readonly isOver: (task: Task, place: number) => boolean;
}

export function startedParts(input: StartedInput): Started {
  return { waves: startedWaves(input), tasks: startedTasks(input) };
}

/** Tasks that people started one by one, and what those need, over as many steps as it takes. */
function startedTasks({ plan, graph, snapshot, tracked, isOver }: StartedInput): ReadonlySet<TaskId> {
  const started = new Set<TaskId>();
  const open = activeWhere(tracked, (one) => startOf(one, snapshot) !== undefined).map(([id]) => id);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const place = graph.places.get(id) ?? -1;
    const task = plan.tasks[place];
    if (!task || started.has(id) || isOver(task, place)) continue;
    started.add(id);
    open.push(...task.dependencies);
  }
  return started;
}

/**
 * Waves whose tasks may be dispatched. With `advance: auto` a started wave that is over starts the next one, which may
 * itself be over already.
 */
function startedWaves({ plan, config, snapshot, tracked, isOver }: StartedInput): ReadonlySet<number> {
  if (tracked.plan && startOf(tracked.plan, snapshot)) return new Set(plan.waves.map(({ number }) => number));
  const started = new Set<number>();
  const open = new Set(config.advance === 'auto' ? wavesWithout(isOver, plan) : []);
  let advances = false;
  for (const { number } of plan.waves) {
    const trackedIssue = tracked.waves.get(number);
    if (advances || (trackedIssue && startOf(trackedIssue, snapshot))) started.add(number);
    advances = config.advance === 'auto' && started.has(number) && !open.has(number);
  }
  return started;
}

/** Waves that have tasks which are not over. */
function wavesWithout(isOver: StartedInput['isOver'], { tasks }: Plan): readonly number[] {
  return tasks.flatMap((task, place) => (isOver(task, place) ? [] : [task.wave]));
}

/** True when the whole plan, one of its waves or one of its tasks has been started. */
export function anythingStarted({ snapshot, tracked }: Pick<SteeringInput, 'snapshot' | 'tracked'>): boolean {
  const isStarted = (one: Steered | undefined) => one !== undefined && startOf(one, snapshot) !== undefined;
  if (isStarted(tracked.plan) || [...tracked.waves.values()].some(isStarted)) return true;
  return activeWhere(tracked, isStarted).length > 0;
}

type Steered = TrackedIssue<TaskRecord> | TrackedIssue<GroupRecord>;

/** Who started something, and when. */
export type Start = NonNullable<GroupRecord['start']>;

/**
 * The newest start of an issue that counts; undefined where nobody started it. A label counts however it got there, when
 * its last setter may write to the repository.
 */
export function startOf({ issue, record }: Steered, snapshot: Pick<Snapshot, 'app' | 'writers'>): Start | undefined {
  const set = issue.labels.includes(LABEL.start) ? issue.labelled.get(LABEL.start) : undefined;
  const labelled = set !== undefined && mayWrite(set.by, snapshot) ? set : undefined;
  if (!record.start || !labelled) return record.start ?? labelled;
  return millis(labelled.at) > millis(record.start.at) ? labelled : record.start;
}

/** Somebody who may write holds this one itself. */
export function isPaused({ issue, record }: Steered, snapshot: Snapshot): boolean {
  if (record.pause) return true;
  if (!issue.labels.includes(LABEL.pause)) return false;
  const set = issue.labelled.get(LABEL.pause);
  // A label so old that GitHub no longer shows its setter holds: waiting does no harm.
  if (!set) return true;
  return mayWrite(set.by, snapshot) && (record.resumed === undefined || millis(set.at) > millis(record.resumed));
}
