import type { TaskId } from '../plan/plan.ts';
import type { GroupRecord, TaskRecord } from './record.ts';

/** Whose a record is. */

/** @returns The record, where it was written for the issue in which it stands. */
export function unlessCopied<R extends TaskRecord | GroupRecord>(record: R | undefined, issue: number): R | undefined {
  return record?.issue === undefined || record.issue === issue ? record : undefined;
}

/** Under which id the plan had the task when this was written. */
export function idInPlan({ task, renamed }: Pick<TaskRecord, 'task' | 'renamed'>): TaskId {
  return renamed ?? task;
}
