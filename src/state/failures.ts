import type { PastDispatch, TaskRecord } from './record.ts';
import { millis } from './snapshot.ts';
import type { Timings } from './timings.ts';

/** Failures since a person last asked for another try. */
function since(record: TaskRecord): readonly PastDispatch[] {
  const from = record.retried;
  return from === undefined ? record.history : record.history.filter((past) => millis(past.ended) > millis(from));
}

const UNCOUNTED: readonly PastDispatch['outcome'][] = ['infrastructure', 'dependency', 'quota', 'superseded'];

/** Runs that ended one after the other, up to now, without having said anything about the task. */
export function silentInARow(record: TaskRecord): number {
  const recent = since(record);
  const counted = recent.findLastIndex((past) => !UNCOUNTED.includes(past.outcome));
  return recent.length - 1 - counted;
}

/** Epoch milliseconds until which a failed attempt waits; 0 when nothing failed. */
export function retryAt(record: TaskRecord, timings: Timings): number {
  if (record.history.length === 0) return 0;
  const recent = since(record).filter(
    (past) => past.outcome !== 'completed' && past.outcome !== 'continued' && past.outcome !== 'cancelled',
  );
  const last = recent.at(-1);
  return last ? millis(last.ended) + timings.backoff * 2 ** Math.min(recent.length - 1, 6) : 0;
}
