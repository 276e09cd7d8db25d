import type { Config } from '../../plan/config.ts';
import type { Plan, Task, TaskId } from '../../plan/plan.ts';
import { type ActiveTasks, eachActive, withChanges } from '../../state/active-tasks.ts';
import type { Cause } from '../../state/cause.ts';
import type { HandledComment } from '../../state/command-outcome.ts';
import { earliest } from '../../state/earliest.ts';
import type { BaseEvidence } from '../../state/evidence.ts';
import { withStatement } from '../../state/listed.ts';
import type { Order } from '../../state/orders.ts';
import type { GroupRecord, TaskRecord } from '../../state/record.ts';
import { type IssueView, instant, type Snapshot } from '../../state/snapshot.ts';
import type { Timings } from '../../state/timings.ts';
import type { TrackedIssue, TrackedIssues } from '../../state/tracked-issues.ts';
import { unreachable } from '../../state/unreachable.ts';
import { applyCommands, spokenIn } from './apply-commands.ts';
import type { FoldedGroups } from './fold-groups.ts';
import { foldReview } from './fold-review.ts';
import { foldRunResult } from './fold-run-result.ts';
import { foldToRest } from './fold-to-rest.ts';
import { followOrders, isOrdered, type OrdersAbove, ordersAbove } from './follow-orders.ts';
import { isQuiet } from './is-quiet.ts';
import { leaveFull } from './leave-full.ts';
import { nameSlots } from './name-slots.ts';
import { type ProviderNews, providerNews } from './provider-news.ts';
import { type RefusedDispatch, refuseDispatch, refusedDispatch, withStopped } from './refuse-dispatch.ts';
import { withReplayedCommands } from './replay-commands.ts';
import type { RunFinding } from './run-finding.ts';
import { standingRefusal, statedAsDone } from './standing-refusal.ts';
import { steerTask } from './steer-task.ts';
import { watchLanding } from './watch-landing.ts';
import { isInReview, restoreReview, withdrawReview } from './withdraw-review.ts';

/** What runs, reviews and commands made of the tasks, and what that means for the plan. */
export interface FoldedTasks {
  readonly tasks: ReadonlyMap<TaskId, TrackedIssue<TaskRecord>>;
  /** Comments that were read now, and what came of each. */
  readonly handled: readonly HandledComment[];
  /** Orders to plan and waves that some task followed now. */
  readonly followed: ReadonlySet<Order>;
  /** Dispatches to be sent once more under their number. */
  readonly resend: ReadonlySet<TaskId>;
  readonly refused: readonly RefusedDispatch[];
  /** Tasks to whose work a person has said no: their open pull requests are closed. */
  readonly withdrawn: ReadonlySet<TaskId>;
  /** The first thing that makes every further dispatch vain. */
  readonly refusal: Cause | undefined;
  /** What runs tell of model providers. */
  readonly providers: readonly ProviderNews[];
  /** Whether what landed is still on the base is not known before a reading of it is new enough. */
  readonly isBaseUnclear: boolean;
  readonly wakeAt: number | undefined;
}

export interface FoldTasksInput {
  readonly plan: Plan;
  readonly snapshot: Snapshot;
  readonly config: Config;
  readonly tracked: TrackedIssues;
  readonly timings: Timings;
  readonly groups: FoldedGroups;
  /** What the base shows; undefined while there is no base. */
  readonly evidence: BaseEvidence | undefined;
}

export function foldTasks(input: FoldTasksInput): FoldedTasks {
  const { snapshot, config, tracked } = input;
  const tasks = tasksById(input.plan, tracked.active);
  const folded = busyTasks(tasks, input).map(({ id, trackedIssue, ...one }) => {
    const found = foldTask(trackedIssue, { ...input, ...one });
    return { id, ...(trackedIssue.isFull ? { ...NOTHING, ...leaveFull(trackedIssue, found.refused) } : found) };
  });
  const known = new Map(folded.map(({ id, trackedIssue }) => [id, trackedIssue] as const));
  return {
    tasks: nameSlots({ ...tracked, tasks: withChanges(tracked, known) }),
    handled: folded.flatMap(({ handled }) => handled),
    followed: new Set(folded.flatMap(({ followed }) => followed)),
    resend: new Set(folded.flatMap(({ id, found, refused }) => (found.kind === 'resend' && !refused ? [id] : []))),
    refused: folded.flatMap(({ refused }) => refused ?? []),
    withdrawn: new Set(folded.flatMap(({ id, withdrawn }) => (withdrawn ? [id] : []))),
    refusal: folded.flatMap(({ ended }) =>
      ended.flatMap((found) => (found.kind === 'refused' ? [found.cause] : [])),
    )[0],
    providers: folded.flatMap(({ id, ended, trackedIssue }) =>
      providerNews(ended, { task: tasks.get(id), record: trackedIssue.record, config }),
    ),
    isBaseUnclear: folded.some(({ watchedUntil }) => watchedUntil !== undefined),
    wakeAt: earliest(
      folded.flatMap(({ found, ended, watchedUntil }) => [
        watchedUntil,
        ...[found, ...ended].map((each) => lookAgainAt(each, snapshot)),
      ]),
    ),
  };
}

interface BusyTask {
  readonly id: TaskId;
  readonly task: Task;
  readonly trackedIssue: TrackedIssue<TaskRecord>;
  readonly orders: OrdersAbove;
}

/** Those of which there is something to fold in: few of thousands. */
function busyTasks(tasks: ReadonlyMap<TaskId, Task>, input: FoldTasksInput): readonly BusyTask[] {
  const { snapshot, config, tracked, groups } = input;
  const commented = new Set(snapshot.comments.map((comment) => comment.issue));
  const busy: BusyTask[] = [];
  eachActive(tracked, (trackedIssue, id) => {
    const task = tasks.get(id);
    if (!task || trackedIssue.newer !== undefined) return;
    const orders = ordersAbove(groups.plan, groups.waves.get(task.wave));
    const ordered = isOrdered({ seen: trackedIssue, orders, attempts: config.attempts });
    if (ordered || !isQuiet(trackedIssue, { task, commented, snapshot })) busy.push({ id, task, trackedIssue, orders });
  });
  return busy;
}

function tasksById({ tasks }: Plan, active: ActiveTasks | undefined): ReadonlyMap<TaskId, Task> {
  const due = active ? Array.from(active.values(), (place) => tasks[place] as Task) : tasks;
  const byId = new Map<TaskId, Task>();
  for (const task of due) byId.set(task.id, task);
  return byId;
}

const NOTHING = { found: { kind: 'none' }, ended: [], followed: [], watchedUntil: undefined } as const;

/** When there is more to see of a run (epoch ms); undefined where an event says so. */
function lookAgainAt(found: RunFinding, { now }: Snapshot): number | undefined {
  switch (found.kind) {
    case 'waiting':
      return found.until;
    case 'in-review':
      // Nothing is known of the pull request yet: the next pass reads it.
      return now;
    case 'none':
    case 'ended':
    case 'resend':
    case 'refused':
    case 'limited':
    case 'outage':
    case 'abandoned':
      return undefined;
    default:
      return unreachable(found);
  }
}

interface FoldTaskInput extends FoldTasksInput {
  readonly task: Task;
  readonly orders: OrdersAbove;
}

/** Folds what happened to a task into its record, and gathers what else that means. */
function foldTask(trackedIssue: TrackedIssue<TaskRecord>, input: FoldTaskInput) {
  const { record: before, intact } = trackedIssue;
  const { rounds, last } = foldToRest(trackedIssue, (one) => foldOnce(one, { ...input, before }));
  return {
    found: last.found,
    /** What rounds before the last one found. */
    ended: rounds.slice(0, -1).flatMap(({ found }) => (found.kind === 'waiting' ? [] : [found])),
    watchedUntil: last.watchedUntil,
    handled: rounds.flatMap(({ handled }) => handled),
    followed: rounds.flatMap(({ followed }) => followed),
    refused: rounds.findLast(({ refused }) => refused !== undefined)?.refused,
    withdrawn: rounds.some(({ withdrawn }) => withdrawn),
    trackedIssue: { ...last.trackedIssue, intact },
  };
}

interface FoldOnceInput extends FoldTaskInput {
  /** As the issue holds it. */
  readonly before: TaskRecord;
}

/**
 * First what its run says, then its pull request, then whether what landed is still on the base, then people: those on the
 * task itself, then those on wave and plan, and last what the plan file states, and whether a no stands.
 */
function foldOnce(
  trackedIssue: TrackedIssue<TaskRecord>,
  { task, orders, snapshot, config, timings, groups, evidence, before }: FoldOnceInput,
) {
  const { issue, intact } = trackedIssue;
  const { attempts } = config;
  const { accounts } = groups.plan?.record ?? {};
  const run = foldRunResult(trackedIssue, { snapshot, timings, attempts, evidence, status: task.status, accounts });
  const reviewed = foldReview(run.record, { snapshot, before, timings });
  const watched = watchLanding(reviewed, {
    issue: issue.number,
    snapshot,
    evidence,
    wave: groups.waves.get(task.wave)?.record,
    plan: groups.plan?.record,
  });
  const kept = withoutRemoval(watched.record, { issue, app: snapshot.app });
  const act = steerTask({ task, issue, snapshot, attempts });
  const known = intact ? kept : withReplayedCommands(kept, { issue, snapshot, act });
  const { record: steered, handled } = applyCommands({ issue, record: known, snapshot }, act);
  const { record: ordered, followed } = followOrders(steered, {
    seen: trackedIssue,
    orders,
    own: spokenIn(handled),
    attempts,
  });
  const within = [groups.waves.get(task.wave), groups.plan];
  const stated = withStatement(ordered, { task, issue, snapshot });
  const { record, withdrawn } = foldRefusal({ ...trackedIssue, record: stated }, { within, snapshot });
  const refused = refusedDispatch({ issue: issue.number, before: trackedIssue.record, run, after: record }, snapshot);
  return {
    found: run.found,
    watchedUntil: watched.until,
    handled,
    followed,
    refused,
    // Its run may have opened a pull request that nobody has told of.
    withdrawn: withdrawn || (refused?.byPerson === true && config.landing !== 'push' && !isInReview(record)),
    trackedIssue: { ...trackedIssue, record: withStopped(record, refused, snapshot) },
  };
}

/** The plan has it again. What was closed for its removal is opened first: until then the removal stands. */
function withoutRemoval(
  record: TaskRecord,
  { issue, app }: { readonly issue: IssueView; readonly app: string },
): TaskRecord {
  const isClosedForIt = !issue.open && issue.closedBy === app;
  if (record.removed === undefined || isClosedForIt) return record;
  const { removed, ...rest } = record;
  return rest;
}

interface Refusing {
  /** The issues of its wave and its plan. */
  readonly within: readonly (TrackedIssue<GroupRecord> | undefined)[];
  readonly snapshot: Snapshot;
}

/** Lets a no that stands end what is outstanding, and take what is in review off people's hands. */
function foldRefusal(
  { issue, record }: TrackedIssue<TaskRecord>,
  { within, snapshot }: Refusing,
): { readonly record: TaskRecord; readonly withdrawn: boolean } {
  const at = instant(snapshot.now);
  const cause = standingRefusal({ issue, record, groups: within }, snapshot);
  if (cause) return withdrawReview(refuseDispatch(record, { cause, at }), snapshot);
  const done = statedAsDone({ issue, record }, snapshot);
  if (done) return { record: refuseDispatch(record, { cause: done, at }), withdrawn: false };
  return { record: restoreReview(record), withdrawn: false };
}
