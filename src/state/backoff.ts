import type { TaskId } from '../plan/plan.ts';
import type { Timings } from './timings.ts';

/** The pause doubles up to so many failures in a row. */
const MAX_DOUBLINGS = 6;

/** How much longer a pause may be, as a share of it. */
const MAX_JITTER = 0.25;

export interface Failed {
  readonly task: TaskId;
  /** Failures in a row, at least 1. */
  readonly failures: number;
}

/**
 * Milliseconds until a task that failed is tried again: twice as long after each failure, and a little longer by an amount
 * of the task's own, so that tasks that failed together do not come back together. The same for the same failure; in whole
 * seconds, as GitHub's clock counts.
 */
export function backoffAfter({ task, failures }: Failed, { backoff }: Timings): number {
  const pause = backoff * 2 ** Math.min(failures - 1, MAX_DOUBLINGS);
  return pause + Math.round((pause * MAX_JITTER * shareOf(`${task} ${failures}`)) / 1_000) * 1_000;
}

/** From 0 to 1, the same for the same text on every machine (FNV-1a). */
function shareOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}
