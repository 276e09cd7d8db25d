import type { Task } from '../plan/plan.ts';
import { isLost } from './lost.ts';
import type { TaskRecord } from './record.ts';
import { type IssueView, millis, type Snapshot } from './snapshot.ts';

/**
 * What a person states by the status of a task in the plan file. A `completed` that the app never put there counts, before
 * and after the task has an issue; every other status is a projection. Whether it is the app's own is told by the record:
 * `done`, or `unlisted` where the issue was closed without evidence or the task has left completed since. Once the file has
 * said something else it counts again, unless the app changed the file last, or nobody has since: then somebody put an older
 * one back.
 */

/** True when a person says in the plan file that the task is completed. */
export function isListed(task: Pick<Task, 'status'>, record: Pick<TaskRecord, 'done' | 'unlisted'>): boolean {
  return task.status === 'completed' && record.done === undefined && record.unlisted !== true;
}

/** True where the app once wrote `completed`, and the file has said something else since: one there may be a person's word. */
export function mayBeStatedAgain({ done, lost, listed, unlisted }: TaskRecord): boolean {
  return lost ? lost.stated === 'otherwise' : unlisted === false && !done && !listed;
}

/** What a statement is taken into. */
export interface Stated {
  readonly task: Pick<Task, 'status'>;
  readonly issue: Pick<IssueView, 'closedAs'>;
  readonly snapshot: Pick<Snapshot, 'app'> & { readonly files: Pick<Snapshot['files'], 'planChange'> };
}

/** The record with what the plan file states now; the same record where that is nothing new. */
export function withStatement(record: TaskRecord, stated: Stated): TaskRecord {
  const { task, issue, snapshot } = stated;
  if (task.status === 'completed' && mayBeStatedAgain(record) && isPutBack(record, snapshot)) return record;
  if (record.lost && isLost(record)) return withLossStated(record, { lost: record.lost, task });
  const closed = issue.closedAs === 'completed';
  // From the closing by hand on, `completed` in the file is what the app wrote there because of it.
  if (closed && !record.listed && !record.done) return record.unlisted ? record : { ...record, unlisted: true };
  if (isListed(task, record)) return record.listed ? record : { ...withoutListing(record), listed: true };
  if (task.status === 'completed' || closed || record.done) return record;
  if (record.unlisted) return { ...withoutListing(record), unlisted: false };
  return record.listed === undefined ? record : withoutListing(record);
}

interface LossStated extends Pick<Stated, 'task'> {
  readonly lost: NonNullable<TaskRecord['lost']>;
}

/** Up to the loss `completed` is the app's own word: who writes it over another status leaves lost work as completed. */
function withLossStated(record: TaskRecord, { lost, task }: LossStated): TaskRecord {
  if (task.status !== 'completed')
    return lost.stated === undefined ? { ...record, lost: { ...lost, stated: 'otherwise' } } : record;
  return lost.stated === undefined ? record : { ...record, lost: { ...lost, stated: 'completed' } };
}

/** What the file says is what the app wrote, or what a person did before the task was found to be completed no longer. */
function isPutBack({ lost, revoked }: TaskRecord, { app, files: { planChange } }: Stated['snapshot']): boolean {
  if (!planChange) return false;
  const since = (lost ?? revoked)?.at;
  return planChange.by === app || (since !== undefined && millis(planChange.at) < millis(since));
}

function withoutListing({ listed, unlisted, ...record }: TaskRecord): TaskRecord {
  return record;
}
