import type { Task, TaskId } from '../../plan/plan.ts';

/** What the world outside does with one try at a task. */
export interface Fortune {
  /** Whole, above 0: GitHub tells time in seconds. */
  readonly seconds: number;
  readonly failed: boolean;
}

/** The same for the same task and attempt, however often it is asked. Attempts count from 1. */
export type Fate = (task: Task, attempt: number) => Fortune;

/** One run of one task. Times are seconds since the plan was started. */
export interface Try {
  readonly task: TaskId;
  readonly attempt: number;
  /** Slot: A1..AN. */
  readonly agent: string;
  readonly start: number;
  readonly end: number;
  readonly failed: boolean;
}

/** A plan that was carried out to its end. */
export interface Played {
  /** In order of start; of those that start together, in the order in which they were dispatched. */
  readonly tries: readonly Try[];
  /** How often a person had to be asked, since a task had used up its attempts. */
  readonly asked: number;
}

/** Every task takes exactly what it is estimated at, at the first try. */
export const asEstimated: Fate = ({ minutes }) => ({ seconds: wholeSeconds(minutes), failed: false });

/** Upwards, so that no schedule ends before its bound; what binary fractions add to 79.8 minutes is no second. */
export function wholeSeconds(minutes: number): number {
  return Math.max(1, Math.ceil(minutes * 60 - 1e-6));
}
