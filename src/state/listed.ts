import type { Task } from '../plan/plan.ts';
import { isLost } from './lost.ts';
import type { ObservedFiles } from './observed-files.ts';
import type { TaskRecord } from './record.ts';
import type { IssueView } from './snapshot.ts';

/**
 * What a person states by the status of a task in the plan file. A `completed` that the app never put there counts, before
 * and after the task has an issue; every other status is a projection. Whether it is the app's own is told by the record:
 * `done`, or `unlisted` where the issue was closed without evidence or the task has left completed since. Once the file has
 * said something else it counts again, where the file was changed from there on (`otherwise`).
 */

/** True when a person says in the plan file that the task is completed. */
export function isListed(task: Pick<Task, 'status'>, record: Pick<TaskRecord, 'done' | 'unlisted'>): boolean {
  return task.status === 'completed' && record.done === undefined && record.unlisted !== true;
}

/** What a statement is taken into. */
export interface Stated {
  readonly task: Pick<Task, 'status'>;
  readonly issue: Pick<IssueView, 'closedAs'>;
  readonly files: Pick<ObservedFiles, 'commit' | 'dropped'>;
}

/** The record with what the plan file states now; the same record where that is nothing new. */
export function withStatement(record: TaskRecord, stated: Stated): TaskRecord {
  if (record.lost && isLost(record)) return withLossStated(record, { lost: record.lost, ...stated });
  const { task, issue, files } = stated;
  const closed = issue.closedAs === 'completed';
  // From the closing by hand on, `completed` in the file is what the app wrote there because of it.
  if (closed && !record.listed && !record.done) return record.unlisted ? record : unlisted(record);
  if (isListed(task, record)) {
    if (record.listed) return record;
    return isPutBack(record, files) ? unlisted(record) : { ...withoutOtherwise(record), listed: true };
  }
  if (task.status === 'completed' || closed || record.done) return record;
  if (record.unlisted) return { ...withoutListing(record), ...seenOtherwise(files) };
  return record.listed === undefined ? record : withoutListing(record);
}

interface LossStated extends Omit<Stated, 'issue'> {
  readonly lost: NonNullable<TaskRecord['lost']>;
}

/** Up to the loss `completed` is the app's own word: who writes it over another status leaves lost work as completed. */
function withLossStated(record: TaskRecord, { lost, task, files }: LossStated): TaskRecord {
  if (task.status !== 'completed') {
    if (lost.stated !== undefined) return record;
    return { ...record, lost: { ...lost, stated: 'otherwise' }, ...seenOtherwise(files) };
  }
  if (lost.stated === undefined) return record;
  const { stated, ...unstated } = lost;
  if (isPutBack(record, files)) return { ...withoutOtherwise(record), lost: unstated };
  return { ...withoutOtherwise(record), lost: { ...lost, stated: 'completed' } };
}

/** Whether the file is not what it became after it said otherwise, but what the app wrote before. */
function isPutBack({ otherwise }: TaskRecord, { dropped }: Stated['files']): boolean {
  return otherwise !== undefined && dropped?.has(otherwise) === true;
}

function seenOtherwise({ commit }: Stated['files']): Pick<TaskRecord, 'otherwise'> {
  return commit === undefined ? {} : { otherwise: commit };
}

function unlisted(record: TaskRecord): TaskRecord {
  return { ...withoutOtherwise(record), unlisted: true };
}

function withoutListing({ listed, unlisted, ...record }: TaskRecord): TaskRecord {
  return record;
}

function withoutOtherwise({ otherwise, ...record }: TaskRecord): TaskRecord {
  return record;
}
