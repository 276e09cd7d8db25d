import type { PastDispatch, TaskRecord } from './record.ts';

/** Outcomes that use up an attempt. */
const OUTCOMES_USING_AN_ATTEMPT: readonly PastDispatch['outcome'][] = [
  'completed',
  'verification',
  'agent',
  'conflict',
];

/** Slices that one attempt may have; a task that is not done by then is too large, or its agent is lost in it. */
export const MAX_SLICES = 20;

/** The number that the next attempt bears: the same again when the last dispatch used none up. */
export function nextAttempt(record: TaskRecord): number {
  return nextDispatch(record).attempt;
}

/** The numbers that the next dispatch bears: the next slice where the last one left work to go on with. */
export function nextDispatch(record: TaskRecord): Pick<PastDispatch, 'attempt' | 'slice'> {
  const last = record.history.at(-1);
  const attempt = Math.max(record.attempt, 1);
  if (!last) return { attempt, slice: 1 };
  if (continues(record)) return { attempt, slice: record.slice + 1 };
  // Work that people were shown and did not take is over.
  if (OUTCOMES_USING_AN_ATTEMPT.includes(last.outcome) || last.outcome === 'in-review')
    return { attempt: record.attempt + 1, slice: 1 };
  // What used no attempt up goes on as what it was: slices of one attempt never fall.
  return { attempt, slice: Math.max(record.slice, 1) };
}

/** The last dispatch did its part, and another one goes on with its work at once. */
export function continues({ history, review }: TaskRecord): boolean {
  const last = history.at(-1)?.outcome;
  return last === 'continued' || (last === 'in-review' && review !== undefined && review.closed === undefined);
}

/** Slices of the newest attempt that ended at their limit. */
export function slicesUsed({ history, attempt }: TaskRecord): number {
  return history.filter((past) => past.attempt === attempt && past.outcome === 'continued').length;
}
