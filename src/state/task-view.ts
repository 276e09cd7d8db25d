import type { Task } from '../plan/plan.ts';
import { continues } from './attempts.ts';
import type { TaskRecord } from './record.ts';
import type { Instant } from './snapshot.ts';

/** Ordered nearly as the rules look for them (`firstRule`): the first that matches wins. */
export type TaskState =
  | 'lost'
  | 'completed'
  | 'skipped'
  | 'running'
  | 'in-review'
  | 'needs-human'
  | 'held'
  | 'blocked'
  | 'retrying'
  | 'ready';

/** One task as a decision leaves it: what is shown to people and projected into files. */
export interface TaskView {
  readonly task: Task;
  readonly state: TaskState;
  /**
   * Why it is in that state, in words a person can act on: `waits for DB-001 (#7), running on A3 since 10:02`.
   * One line of Markdown in which foreign text is already harmless; without a full stop.
   */
  readonly reason: string;
  /** Undefined until the task has an issue. */
  readonly issue: number | undefined;
  readonly record: TaskRecord;
  /** Dispatches of this task may depend on it: its issue is closed, or closes in this decision. */
  readonly satisfied: boolean;
  /** Closed by hand or listed as completed: nobody verified it. */
  readonly unverified: boolean;
  /** True when it waits, directly or through others, for a task that needs a person. */
  readonly stuck: boolean;
  /** When its wait ends by itself (epoch milliseconds): a back-off, or a limit. */
  readonly until?: number;
  readonly startedAt: Instant | undefined;
  readonly completedAt: Instant | undefined;
  /** Run of the outstanding dispatch, where known. */
  readonly run: number | undefined;
}

/** What a person said by `/priority`, else the plan: of tasks that may start, the highest goes first. */
export function priorityIn({ task, record }: Pick<TaskView, 'task' | 'record'>): number {
  return record.priority ?? task.priority ?? 0;
}

/** A free slot is all that it waits for: it is ready, or a next slice of it goes on at once. */
export function mayStart({ state, record, issue }: Pick<TaskView, 'state' | 'record' | 'issue'>): boolean {
  return issue !== undefined && (state === 'ready' || (state === 'retrying' && continues(record)));
}

const VIEW_FIELDS = [
  'task',
  'state',
  'reason',
  'issue',
  'record',
  'satisfied',
  'unverified',
  'stuck',
  'until',
  'startedAt',
  'completedAt',
  'run',
] as const satisfies readonly (keyof TaskView)[];

/** @returns Whether both say the same of the same values. */
export function isSameView(one: TaskView, other: TaskView | undefined): boolean {
  return VIEW_FIELDS.every((field) => one[field] === other?.[field]);
}
