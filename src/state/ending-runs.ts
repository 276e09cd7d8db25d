import type { TaskId } from '../plan/plan.ts';
import { activeWhere, type Tracked } from './active-tasks.ts';
import { dispatchTitle } from './names.ts';
import type { PastDispatch, TaskRecord } from './record.ts';
import { millis, type RunView, type Snapshot } from './snapshot.ts';
import type { TrackedIssue } from './tracked-issue.ts';

/**
 * Runs that were told to end and are at work all the same: GitHub "will forcibly terminate all jobs and steps that are
 * still running" five minutes after a cancellation
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation). Until then each holds its slot.
 */

/** What a run may take from being told to end to its end, with a minute for clocks and for what is late (ms). */
export const MAX_ENDING_MS = 6 * 60_000;

export interface EndingRun {
  /** The slot that it had. */
  readonly agent: string;
  /** When nothing of it can be at work any more (epoch ms). */
  readonly until: number;
}

interface Ended {
  /** The number of its issue. */
  readonly issue: number;
  readonly record: Pick<TaskRecord, 'task' | 'history'>;
}

interface Tasks extends Tracked {
  readonly removed: ReadonlyMap<TaskId, TrackedIssue<TaskRecord>>;
}

/** Those of all tasks, of such as the plan no longer has, too. */
export function endingIn(
  { removed, ...tracked }: Tasks,
  snapshot: Pick<Snapshot, 'runs' | 'now'>,
): readonly EndingRun[] {
  const stopped = activeWhere(tracked, ({ record }) => record.history.some((past) => past.stopped !== undefined));
  return [...stopped, ...removed].flatMap(
    ([
      ,
      {
        issue: { number: issue },
        record,
      },
    ]) => endingRuns({ issue, record }, snapshot),
  );
}

/** Those of one task that are not known to have ended. What is not in view may be at work. */
export function endingRuns(
  { issue, record }: Ended,
  { runs, now }: Pick<Snapshot, 'runs' | 'now'>,
): readonly EndingRun[] {
  return stoppedDispatches(record, now).flatMap((past) => {
    if (hasEnded(past, { task: record.task, issue, runs })) return [];
    return [{ agent: past.agent, until: endOf(past) }];
  });
}

/** Dispatches whose runs were told to end not so long ago that they cannot be at work any more. */
export function stoppedDispatches({ history }: Pick<TaskRecord, 'history'>, now: number): readonly PastDispatch[] {
  return history.filter((past) => past.stopped !== undefined && now < endOf(past));
}

function endOf({ stopped, ended }: PastDispatch): number {
  return millis(stopped ?? ended) + MAX_ENDING_MS;
}

interface Sighted {
  readonly task: TaskRecord['task'];
  readonly issue: number;
  readonly runs: Iterable<RunView>;
}

/** All runs of a dispatch that are in view have ended. */
export function hasEnded(past: PastDispatch, { task, issue, runs }: Sighted): boolean {
  const title = dispatchTitle({ ...past, task, issue });
  const own = [...runs].filter((run) => run.id === past.run || run.title === title);
  return own.length > 0 && own.every(({ ended }) => ended);
}
