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

/**
 * Ends that a person or a clock fixes, and that say nothing of the task. Nothing but a comment tells of them, which every
 * workflow of the repository may write: what costs nothing is believed so often within one attempt, and not for ever.
 */
const FREE_ENDS = { quota: 20, refusal: 10 } as const;

type FreeEnd = keyof typeof FREE_ENDS;

function freeEndOf({ outcome, cause }: PastDispatch): FreeEnd | undefined {
  if (outcome === 'quota') return 'quota';
  return outcome === 'infrastructure' && cause?.kind === 'rule-refused' ? 'refusal' : undefined;
}

function isUninformative(past: PastDispatch): boolean {
  return freeEndOf(past) !== undefined;
}

/** What ended runs of the newest attempt as often as it may before a person is asked; undefined while nothing has. */
export function repeatedFreeEnd(record: TaskRecord): { readonly what: FreeEnd; readonly times: number } | undefined {
  const ends = since(record).flatMap((past) => (past.attempt === record.attempt ? (freeEndOf(past) ?? []) : []));
  return (['quota', 'refusal'] as const)
    .map((what) => ({ what, times: ends.filter((end) => end === what).length }))
    .find(({ what, times }) => times >= FREE_ENDS[what]);
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
