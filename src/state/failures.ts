import { continues } from './attempts.ts';
import { backoffAfter } from './backoff.ts';
import type { PastDispatch, TaskRecord } from './record.ts';
import { millis } from './snapshot.ts';
import type { Timings } from './timings.ts';

/** Failures since a person last asked for another try. */
function since(record: TaskRecord): readonly PastDispatch[] {
  const from = record.retried;
  return from === undefined ? record.history : record.history.filter((past) => millis(past.ended) > millis(from));
}

const UNCOUNTED: readonly PastDispatch['outcome'][] = ['infrastructure', 'dependency', 'superseded'];

/** Ends that a person or a clock fixes, and that say nothing of the task however often they come. */
function isUninformative({ outcome, cause }: PastDispatch): boolean {
  return outcome === 'quota' || (outcome === 'infrastructure' && cause?.kind === 'rule-refused');
}

/** Runs that ended one after the other, up to now, without having said anything about the task. */
export function runsWithoutResultInARow(record: TaskRecord): number {
  const recent = since(record).filter((past) => !isUninformative(past));
  const counted = recent.findLastIndex((past) => !UNCOUNTED.includes(past.outcome));
  return recent.length - 1 - counted;
}

const NO_WAIT: readonly PastDispatch['outcome'][] = ['completed', 'continued', 'in-review', 'cancelled'];

/** Epoch milliseconds until which a failed attempt waits; 0 when nothing failed, or when the work just goes on. */
export function retryAt(record: TaskRecord, timings: Timings): number {
  if (record.history.length === 0 || continues(record)) return 0;
  const recent = since(record).filter(
    (past) => !NO_WAIT.includes(past.outcome) && (past.outcome === 'quota' || !isUninformative(past)),
  );
  const last = recent.at(-1);
  if (!last) return 0;
  const due = millis(last.ended) + backoffAfter({ task: record.task, failures: recent.length }, timings);
  if (last.until === undefined) return due;
  return Math.max(millis(last.until), millis(last.ended) + timings.backoff);
}
