import type { Config } from '../../plan/config.ts';
import type { Plan, Task, TaskId } from '../../plan/plan.ts';
import type { Cause } from '../../state/cause.ts';
import type { HandledComment } from '../../state/command-outcome.ts';
import { limitOfType } from '../../state/limits.ts';
import { withStatement } from '../../state/listed.ts';
import type { Order } from '../../state/orders.ts';
import type { GroupRecord, TaskRecord } from '../../state/record.ts';
import { instant, type Snapshot } from '../../state/snapshot.ts';
import type { Timings } from '../../state/timings.ts';
import type { TrackedIssue, TrackedIssues } from '../../state/tracked-issues.ts';
import { unreachable } from '../../state/unreachable.ts';
import { applyCommands, spokenIn } from './apply-commands.ts';
import { endDispatch } from './end-dispatch.ts';
import type { FoldedGroups } from './fold-groups.ts';
import { foldReview } from './fold-review.ts';
import { foldRunResult } from './fold-run-result.ts';
import { followOrders, isOrdered, type OrdersAbove, ordersAbove } from './follow-orders.ts';
import { withReplayedCommands } from './replay-commands.ts';
import type { FoldedRun, RunFinding } from './run-finding.ts';
import { steerTask } from './steer-task.ts';

/** A run that is to end, with the issue whose claim it may hold. */
export interface CancelledRun {
  readonly issue: number;
  readonly run: number | undefined;
}

/** What runs, reviews and commands made of the tasks, and what that means for the plan. */
export interface FoldedTasks {
  readonly tasks: ReadonlyMap<TaskId, TrackedIssue<TaskRecord>>;
  /** Comments that were read now, and what came of each. */
  readonly handled: readonly HandledComment[];
  /** Orders to plan and waves that some task followed now. */
  readonly followed: ReadonlySet<Order>;
  /** Dispatches to be sent once more under their number. */
  readonly resend: ReadonlySet<TaskId>;
  readonly cancelled: readonly CancelledRun[];
  /** The first thing that makes every further dispatch vain. */
  readonly refusal: Cause | undefined;
  /** Limits of model providers that runs met. */
  readonly quotas: NonNullable<GroupRecord['quota']>;
  readonly wakeAt: number | undefined;
}

export interface FoldTasksInput {
  readonly plan: Plan;
  readonly snapshot: Snapshot;
  readonly config: Config;
  readonly tracked: TrackedIssues;
  readonly timings: Timings;
  readonly groups: FoldedGroups;
}

export function foldTasks(input: FoldTasksInput): FoldedTasks {
  const { plan, snapshot, config, tracked, groups } = input;
  const tasks = new Map(plan.tasks.map((task) => [task.id, task]));
  const commented = new Set(snapshot.comments.map((comment) => comment.issue));
  const folded = [...tracked.tasks].flatMap(([id, trackedIssue]) => {
    const task = tasks.get(id);
    if (!task || trackedIssue.newer !== undefined) return [];
    const orders = ordersAbove(groups.plan, groups.waves.get(task.wave));
    const ordered = isOrdered(trackedIssue.record, { orders, attempts: config.attempts });
    const quiet = !ordered && isQuiet(trackedIssue, { task, commented });
    return quiet ? [] : [{ id, ...foldTask(trackedIssue, { ...input, task, orders }) }];
  });
  const known = folded.map(({ id, trackedIssue }) => [id, trackedIssue] as const);
  return {
    tasks: new Map([...tracked.tasks, ...known]),
    handled: folded.flatMap(({ handled }) => handled),
    followed: new Set(folded.flatMap(({ followed }) => followed)),
    resend: new Set(folded.flatMap(({ id, found, cancelled }) => (found.kind === 'resend' && !cancelled ? [id] : []))),
    cancelled: folded.flatMap(({ cancelled }) => cancelled ?? []),
    refusal: folded.flatMap(({ found }) => (found.kind === 'refused' ? [found.cause] : []))[0],
    quotas: folded.flatMap(({ found }) =>
      found.kind === 'limited' ? [{ agent: limitOfType(found.agent, config), until: found.until }] : [],
    ),
    wakeAt: folded.map(({ found }) => lookAgainAt(found, snapshot)).reduce(earlier, undefined),
  };
}

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
    case 'abandoned':
      return undefined;
    default:
      return unreachable(found);
  }
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}

/** Nothing of it runs, and nobody said or did anything: there is nothing to fold in. */
function isQuiet(
  { issue, record, intact }: TrackedIssue<TaskRecord>,
  { task, commented }: { readonly task: Task; readonly commented: ReadonlySet<number> },
): boolean {
  const still = record.live === undefined && (record.review === undefined || record.done !== undefined);
  const silent = issue.reopenedAt === undefined && !commented.has(issue.number);
  return intact && still && silent && withStatement(record, { task, issue }) === record;
}

/**
 * First what its run says, then its pull request, then people: those on the task itself, then those on wave and plan, and
 * last what the plan file states.
 */
function foldTask(
  trackedIssue: TrackedIssue<TaskRecord>,
  {
    task,
    orders,
    snapshot,
    config,
    timings,
  }: Omit<FoldTasksInput, 'groups'> & { readonly task: Task; readonly orders: OrdersAbove },
) {
  const { issue, intact } = trackedIssue;
  const { attempts } = config;
  const run = foldRunResult(trackedIssue, { snapshot, timings, attempts });
  const reviewed = foldReview(run.record, snapshot);
  const act = steerTask({ issue, snapshot, attempts });
  const before = intact ? reviewed : withReplayedCommands(reviewed, { issue, snapshot, act });
  const { record: steered, handled } = applyCommands({ issue, record: before, snapshot }, act);
  const { record: ordered, followed } = followOrders(steered, { orders, own: spokenIn(handled), attempts });
  const record = endedByStatement(withStatement(ordered, { task, issue }), snapshot);
  return {
    found: run.found,
    handled,
    followed,
    cancelled: cancelledRun(run, { issue: issue.number, record }),
    trackedIssue: { ...trackedIssue, record },
  };
}

/** Nobody waits for the run of a task that a person listed as completed. */
function endedByStatement(record: TaskRecord, { now }: Snapshot): TaskRecord {
  if (!record.listed || !record.live) return record;
  return endDispatch(record, { outcome: 'cancelled', at: instant(now), cause: { kind: 'listed' } });
}

/** The run that ends because a person said so, or because nothing can come of it any more. */
function cancelledRun(
  { found, record: before }: FoldedRun,
  { issue, record }: { readonly issue: number; readonly record: TaskRecord },
): CancelledRun | undefined {
  if (found.kind === 'abandoned') return { issue, run: found.run };
  return before.live && !record.live ? { issue, run: before.live.run } : undefined;
}
