import type { TaskRecord } from './record.ts';
import type { TaskState } from './task-view.ts';

/** What the end of a task is told by. */
export interface Standing {
  readonly state: TaskState | undefined;
  readonly record: Pick<TaskRecord, 'skipped'>;
}

/**
 * Nothing of the task is left to do: it is completed, or a person left it out by `/skip`. The one definition, for
 * dependents, waves, `advance`, the end of the plan and everything that counts what is over.
 */
export function isOver({ state, record }: Standing): boolean {
  return state === 'completed' || (state === 'skipped' && record.skipped === true);
}

/** Dispatches may depend on it: it is over, and an issue that is to be closed as completed is closed, or is in front of them. */
export function isSatisfied(standing: Standing & { readonly issue: { readonly open: boolean } | undefined }): boolean {
  return isOver(standing) && (standing.state !== 'completed' || !standing.issue?.open);
}
