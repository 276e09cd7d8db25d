import type { Task, TaskId } from '../../plan/plan.ts';

/** What the world outside does with one attempt at a task. */
export interface Sample {
  /** Whole, above 0: GitHub tells time in seconds. */
  readonly seconds: number;
  readonly failed: boolean;
}

/** The same for the same task and attempt, however often it is asked. Attempts count from 1. */
export type OutcomeModel = (task: Task, attempt: number) => Sample;

/** One run of one task. Times are seconds since the plan was started. */
export interface Attempt {
  readonly task: TaskId;
  readonly attempt: number;
  /** Slot: A1..AN. */
  readonly agent: string;
  readonly start: number;
  readonly end: number;
  readonly failed: boolean;
}

/** A plan that was carried out to its end. */
export interface SimulationRun {
  /** In order of start; of those that start together, in the order in which they were dispatched. */
  readonly attempts: readonly Attempt[];
  /** How often a person had to be asked, since a task had used up its attempts. */
  readonly asked: number;
}

/** Every task takes exactly what it is estimated at, at the first attempt. */
export const asEstimated: OutcomeModel = ({ minutes }) => ({ seconds: wholeSeconds(minutes), failed: false });

/** Upwards, so that no schedule ends before its bound; what binary fractions add to 79.8 minutes is no second. */
export function wholeSeconds(minutes: number): number {
  return Math.max(1, Math.ceil(minutes * 60 - 1e-6));
}
