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
const FREE_ENDS = { quota: 20, outage: 20, refusal: 10 } as const;

type FreeEnd = keyof typeof FREE_ENDS;

function freeEndOf({ outcome, cause }: PastDispatch): FreeEnd | undefined {
  if (outcome === 'quota') return 'quota';
  if (outcome !== 'infrastructure') return undefined;
  switch (cause?.kind) {
    case 'rule-refused':
    case 'probe':
      return 'refusal';
    case 'outage':
      return 'outage';
    default:
      return undefined;
  }
}

/** A limit or an outage of a provider: it is waited out. */
function isWaitedOut(past: PastDispatch): boolean {
  const end = freeEndOf(past);
  return end === 'quota' || end === 'outage';
}

function isUninformative(past: PastDispatch): boolean {
  return freeEndOf(past) !== undefined;
}

/** Whether the end of a dispatch says something of its work: a machine, a provider or a rule of the repository says nothing. */
export function saysOfTheWork(past: PastDispatch): boolean {
  return !UNCOUNTED.includes(past.outcome) && !isUninformative(past);
}

/** Runs in a row, up to now, whose work did not get its turn to land. */
export function baseBusyInARow(record: TaskRecord): number {
  const recent = since(record).filter(saysOfTheWork);
  return recent.length - 1 - recent.findLastIndex(({ cause }) => cause?.kind !== 'base-busy');
}

/** What ended runs of the newest attempt as often as it may before a person is asked; undefined while nothing has. */
export function repeatedFreeEnd(record: TaskRecord): { readonly what: FreeEnd; readonly times: number } | undefined {
  const ends = since(record).flatMap((past) => (past.attempt === record.attempt ? (freeEndOf(past) ?? []) : []));
  return (['quota', 'outage', 'refusal'] as const)
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
    (past) => !NO_WAIT.includes(past.outcome) && freeEndOf(past) !== 'refusal' && past.cause?.kind !== 'setup',
  );
  const last = recent.at(-1);
  if (!last) return 0;
  // What a provider cost in time does not put off what the work itself failed at, nor the other way round.
  const failures = recent.filter((past) => isWaitedOut(past) === isWaitedOut(last)).length;
  const due = millis(last.ended) + backoffAfter({ task: record.task, failures }, timings);
  if (last.until === undefined) return due;
  return Math.max(millis(last.until), millis(last.ended) + timings.backoff);
}
