import type { Task } from '../plan/plan.ts';
import { isLost } from './lost.ts';
import type { TaskRecord } from './record.ts';
import type { IssueView } from './snapshot.ts';

/**
 * What a person states by the status of a task in the plan file. A `completed` that the app never put there counts, before
 * and after the task has an issue; every other status is a projection. Whether it is the app's own is told by the record:
 * `done`, or `unlisted` where the issue was closed without evidence or the task has left completed since.
 */

/** True when a person says in the plan file that the task is completed. */
export function isListed(task: Pick<Task, 'status'>, record: Pick<TaskRecord, 'done' | 'unlisted'>): boolean {
  return task.status === 'completed' && record.done === undefined && record.unlisted !== true;
}

/** What a statement is taken into. */
export interface Stated {
  readonly task: Pick<Task, 'status'>;
  readonly issue: Pick<IssueView, 'closedAs'>;
}

/** The record with what the plan file states now; the same record where that is nothing new. */
export function withStatement(record: TaskRecord, { task, issue }: Stated): TaskRecord {
  if (record.lost && isLost(record)) return withLossStated(record, { lost: record.lost, task });
  const closed = issue.closedAs === 'completed';
  // From the closing by hand on, `completed` in the file is what the app wrote there because of it.
  if (closed && !record.listed && !record.done) return record.unlisted ? record : { ...record, unlisted: true };
  if (isListed(task, record)) return record.listed ? record : { ...record, listed: true };
  if (task.status === 'completed' || closed || record.done) return record;
  const { listed, unlisted, ...rest } = record;
  return listed === undefined && unlisted === undefined ? record : rest;
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
