import type { Plan, TaskId } from '../plan/plan.ts';
import type { IssueView } from './snapshot.ts';

export interface TrackedIssue<R> {
  readonly issue: IssueView;
  /** What the issue's body says; a new one where the body holds none that can be trusted. */
  readonly record: R;
  /** False when the record had to be made anew: comments and runs then tell the rest. */
  readonly intact: boolean;
  /** The form of the record in the body, where a newer version wrote it: `record` is then a new one, and stands for nothing. */
  readonly newer?: number;
  /** What people wrote there leaves no room for what the record would have to say: nothing is written before there is some. */
  readonly isFull?: boolean;
}

/** Nothing that is said or done there can be remembered: it is left for later. */
export function isClosedToUs({ newer, isFull }: Pick<TrackedIssue<unknown>, 'newer' | 'isFull'>): boolean {
  return newer !== undefined || isFull === true;
}

export function planTitle(plan: Pick<Plan, 'name'>): string {
  return `Plan: ${plan.name}`;
}

export function taskTitle(task: { readonly id: TaskId; readonly title: string }): string {
  return `${task.id}: ${task.title}`;
}
