import { setTimeout as delay } from 'node:timers/promises';

/** Time as a step knows it: tests bring their own. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Milliseconds since some moment: unlike `now`, nobody sets it. */
  readonly elapsed: () => number;
  /** @param stop Aborted by whoever waits no more: the sleep then ends with an error, and keeps no process alive. */
  readonly sleep: (milliseconds: number, stop?: AbortSignal) => Promise<void>;
}

/** @param signal Aborted when the step is cancelled: a sleep then ends with an error. */
export function systemClock(signal: AbortSignal): Clock {
  return {
    now: () => Date.now(),
    elapsed: () => performance.now(),
    sleep: async (milliseconds, stop) => {
      await delay(milliseconds, undefined, { signal: stop ? AbortSignal.any([signal, stop]) : signal });
    },
  };
}

export interface PollPolicy {
  readonly firstMs: number;
  readonly factor: number;
  readonly maxMs: number;
  /** When to give up, counted from the first try. */
  readonly limitMs: number;
}

/** Reads right after a write may be stale for a minute: 0.5, 1, 2, 4, 8, 8 … s, for 90 s. */
export const STALE_READS: PollPolicy = { firstMs: 500, factor: 2, maxMs: 8_000, limitMs: 90_000 };

/**
 * Looks until there is something to see.
 * @returns What `poll` saw, or undefined when it saw nothing until the policy gave up.
 */
export async function pollUntil<Seen>(
  poll: () => Promise<Seen | undefined>,
  { patience, clock }: { readonly patience: PollPolicy; readonly clock: Clock },
): Promise<Seen | undefined> {
  const deadline = clock.now() + patience.limitMs;
  for (let wait = patience.firstMs; ; wait = Math.min(wait * patience.factor, patience.maxMs)) {
    const seen = await poll();
    if (seen !== undefined) return seen;
    const left = deadline - clock.now();
    if (left <= 0) return undefined;
    await clock.sleep(Math.min(wait, left));
  }
}
