import type { Config } from '../../plan/config.ts';
import type { TaskId } from '../../plan/plan.ts';
import type { Cause } from '../../state/cause.ts';
import type { IssuedCommand } from '../../state/command.ts';
import { limitOfType } from '../../state/limits.ts';
import type { GroupRecord, TaskRecord } from '../../state/record.ts';
import { needsPerson } from '../../state/rules.ts';
import { millis, type Snapshot } from '../../state/snapshot.ts';
import type { Timings } from '../../state/timings.ts';
import type { TrackedIssue, TrackedIssues } from '../../state/tracked-issues.ts';
import { unreachable } from '../../state/unreachable.ts';
import { type AppliedCommands, applyCommands, MAX_REMEMBERED_COMMANDS, retry, steerTask } from './apply-commands.ts';
import type { FoldedGroups } from './fold-groups.ts';
import { foldReview } from './fold-review.ts';
import { foldRunResult } from './fold-run-result.ts';
import type { RunFinding } from './run-finding.ts';

/** A run that is to end, with the issue whose claim it may hold. */
export interface CancelledRun {
  readonly issue: number;
  readonly run: number | undefined;
}

/** What runs, reviews and commands made of the tasks, and what that means for the plan. */
export interface FoldedTasks {
  readonly tasks: ReadonlyMap<TaskId, TrackedIssue<TaskRecord>>;
  readonly commands: readonly AppliedCommands<TaskRecord>[];
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
  readonly snapshot: Snapshot;
  readonly config: Config;
  readonly tracked: TrackedIssues;
  readonly timings: Timings;
  readonly groups: FoldedGroups;
}

export function foldTasks(input: FoldTasksInput): FoldedTasks {
  const { snapshot, config, tracked, groups } = input;
  const tasks = new Map<TaskId, TrackedIssue<TaskRecord>>(tracked.tasks);
  const commands: AppliedCommands<TaskRecord>[] = [];
  const resend = new Set<TaskId>();
  const cancelled: CancelledRun[] = [];
  const quotas: NonNullable<GroupRecord['quota']>[number][] = [];
  let refusal: Cause | undefined;
  let wakeAt: number | undefined;

  const take = (found: RunFinding, { id, issue }: { readonly id: TaskId; readonly issue: number }): void => {
    switch (found.kind) {
      case 'none':
      case 'ended':
        return;
      case 'waiting':
        wakeAt = Math.min(wakeAt ?? found.until, found.until);
        return;
      case 'in-review':
        // Nothing is known of the pull request yet: the next pass reads it.
        wakeAt = Math.min(wakeAt ?? snapshot.now, snapshot.now);
        return;
      case 'resend':
        resend.add(id);
        return;
      case 'refused':
        refusal ??= found.cause;
        return;
      case 'limited':
        quotas.push({ agent: limitOfType(found.agent, config), until: found.until });
        return;
      case 'abandoned':
        cancelled.push({ issue, run: found.run });
        return;
      default:
        unreachable(found);
    }
  };

  const ordered = groups.commands.some(({ applied }) => applied.length > 0);
  const commented = new Set(snapshot.comments.map((comment) => comment.issue));
  for (const [id, trackedIssue] of tracked.tasks) {
    if (trackedIssue.newer !== undefined || (!ordered && isQuiet(trackedIssue, commented))) continue;
    const { run, applied, record } = foldTask(trackedIssue, input);
    const issue = trackedIssue.issue.number;
    take(run.found, { id, issue });
    commands.push(applied);
    if (run.record.live && !record.live) {
      cancelled.push({ issue, run: run.record.live.run });
      resend.delete(id);
    }
    tasks.set(id, { ...trackedIssue, record });
  }
  return { tasks, commands, resend, cancelled, refusal, quotas, wakeAt };
}

/** Nothing of it runs, and nobody said or did anything: there is nothing to fold in. */
function isQuiet({ issue, record, intact }: TrackedIssue<TaskRecord>, commented: ReadonlySet<number>): boolean {
  const still = record.live === undefined && (record.review === undefined || record.done !== undefined);
  return intact && still && issue.reopenedAt === undefined && !commented.has(issue.number);
}

/** First what its run says, then its pull request, then people: those on the task itself, then those on wave and plan. */
function foldTask(trackedIssue: TrackedIssue<TaskRecord>, { snapshot, config, timings, groups }: FoldTasksInput) {
  const { issue, intact } = trackedIssue;
  const { attempts } = config;
  const run = foldRunResult(trackedIssue, { snapshot, timings, attempts });
  const reviewed = foldReview(run.record, snapshot);
  const before = intact ? reviewed : withReplayedCommands(reviewed, { issue: issue.number, snapshot });
  const applied = applyCommands({ issue, record: before, snapshot }, steerTask(attempts));
  const orders = [...groups.planOrders, ...(groups.waveOrders.get(issue.parent ?? Number.NaN) ?? [])];
  const record = orders
    .filter((order) => !isOverruled(order, applied.applied))
    .reduce((known, order) => followOrder(known, { order, attempts }), applied.record);
  return { run, applied, record };
}

/** Of a record that was remade: commands from before the newest thing it tells of took effect long ago. */
function withReplayedCommands(
  record: TaskRecord,
  { issue, snapshot }: { readonly issue: number; readonly snapshot: Snapshot },
): TaskRecord {
  const newest = record.live?.sent ?? record.history.at(-1)?.ended;
  if (newest === undefined) return record;
  const old = snapshot.comments.filter(
    (comment) => comment.issue === issue && millis(comment.createdAt) <= millis(newest),
  );
  return { ...record, commands: [...record.commands, ...old.map(({ id }) => id)].slice(-MAX_REMEMBERED_COMMANDS) };
}

/** True when a person said something else on the task itself afterwards. */
function isOverruled({ comment }: IssuedCommand, own: readonly IssuedCommand[]): boolean {
  return own.some(
    ({ comment: { id }, command: { name } }) =>
      id > comment.id && (name === 'start' || name === 'retry' || name === 'cancel'),
  );
}

/** `/retry` and `/cancel` on a wave or plan speak to those of its tasks that failed, are held, or run. */
function followOrder(
  record: TaskRecord,
  { order, attempts }: { readonly order: IssuedCommand; readonly attempts: number },
): TaskRecord {
  const { name } = order.command;
  const stuck = !record.live && needsPerson(record, record.ceiling ?? attempts) !== undefined;
  if (name === 'retry' && (stuck || record.hold)) return retry(record, { issued: order, attempts });
  if (name === 'cancel' && record.live) return steerTask(attempts)(record, order);
  if (name === 'start' && record.hold) return { ...record, hold: undefined };
  return record;
}
