import { millis } from './snapshot.ts';
import type { TaskView } from './task-view.ts';

const MINUTE = 60_000;

/**
 * Minutes of work in the attempt that completed a task; earlier attempts and pauses say nothing about estimates.
 * @returns Undefined of a task that is not completed, or of which nobody knows when it was.
 */
export function minutesTaken(view: TaskView): number | undefined {
  if (view.state !== 'completed' || view.startedAt === undefined || view.completedAt === undefined) return undefined;
  const { attempt, history } = view.record;
  let slices = 0;
  let spent = 0;
  for (const past of history) {
    if (past.attempt !== attempt) continue;
    slices++;
    spent = spent + millis(past.ended) - millis(past.sent);
  }
  if (slices === 0) spent = millis(view.completedAt) - millis(view.startedAt);
  return Math.max(0, spent) / MINUTE;
}

/** @returns The middle one, or the mean of both in the middle; undefined of none. */
export function medianOf(values: readonly number[]): number | undefined {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined || sorted.length % 2 === 1) return upper;
  return ((sorted[middle - 1] ?? upper) + upper) / 2;
}
