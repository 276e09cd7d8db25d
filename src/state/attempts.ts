import type { PastDispatch, TaskRecord } from './record.ts';

/** Outcomes that use up an attempt. */
const SPENDING: readonly PastDispatch['outcome'][] = ['completed', 'verification', 'agent', 'conflict'];

/** The number that the next attempt bears: the same again when the last dispatch used none up. */
export function nextAttempt(record: TaskRecord): number {
  const last = record.history.at(-1);
  if (!last) return Math.max(record.attempt, 1);
  return SPENDING.includes(last.outcome) ? record.attempt + 1 : Math.max(record.attempt, 1);
}
