import * as z from 'zod';

/**
 * The rules by which jobs of one repository take turns at making passes: what stands on the pass ref, and what becomes of
 * it. Every change is a compare-and-swap, so that who changes it has seen what was there. Time is GitHub's (epoch ms).
 */

const holder = z.object({
  /** `NO_RUN` where a person makes passes from a command line. */
  run: z.number().int(),
  attempt: z.number().int(),
  /** Unlike that of any other job. */
  id: z.string(),
});

export type Holder = z.infer<typeof holder>;

const endedRun = z.object({
  run: z.number().int(),
  conclusion: z.enum(['success', 'failure', 'cancelled']),
  at: z.number(),
});

/** A task run of which a job of its own says how the jobs before it ended: nothing of it is at work any more. */
export type EndedRun = z.infer<typeof endedRun>;

const lock = z.object({
  /** Absent: nobody makes passes. */
  holder: holder.optional(),
  since: z.number(),
  beat: z.number(),
  /** What happened since the holder last began a pass; absent: nothing that was told. */
  again: z.object({ times: z.number().int(), ended: z.array(endedRun) }).optional(),
  /** The runs that the holder means to start, by the names that they will bear. */
  sends: z.array(z.string()),
});

export type PassLock = Readonly<z.infer<typeof lock>>;

/** A holder that has not said for so long that it lives is taken for dead (ms). */
export const STALE_MS = 3 * 60_000;

/** Of what jobs of other runs told, so much is kept at most: it saves a wait, and a listing of runs tells the same later. */
const MAX_ENDED = 50;

/** @returns What a message says; undefined where somebody wrote it by hand, who holds nothing by that. */
export function readLock(message: string): PassLock | undefined {
  try {
    return lock.safeParse(JSON.parse(message)).data;
  } catch {
    return undefined;
  }
}

export function lockText(value: PassLock): string {
  return JSON.stringify(value);
}

export interface Taking {
  readonly holder: Holder;
  readonly now: number;
  /** Milliseconds after which a holder that is silent is taken for dead. */
  readonly stale: number;
  /** The run of the job that holds it now has ended. */
  readonly isHolderOver: boolean;
  readonly ended: readonly EndedRun[];
}

export type Taken =
  | { readonly kind: 'taken'; readonly lock: PassLock; readonly told: readonly EndedRun[] }
  /** Somebody else is at it, and makes one more pass. */
  | { readonly kind: 'left'; readonly lock: PassLock };

/** Takes it where nobody holds it who lives; else asks whoever does for one more pass. */
export function takeLock(seen: PassLock | undefined, taking: Taking): Taken {
  const { holder, now, ended } = taking;
  const told = mergeEnded(seen?.again?.ended ?? [], ended);
  if (seen?.holder && !isDead(seen, taking)) {
    const again = { times: (seen.again?.times ?? 0) + 1, ended: told };
    return { kind: 'left', lock: { ...seen, again } };
  }
  return { kind: 'taken', lock: { holder, since: now, beat: now, sends: [] }, told };
}

function isDead({ holder: other, beat }: PassLock, { holder, now, stale, isHolderOver }: Taking): boolean {
  const isEarlierAttempt = other?.run === holder.run && other.attempt < holder.attempt;
  return isHolderOver || isEarlierAttempt || now - beat > stale;
}

/** @returns Undefined where somebody else holds it by now. */
export function renewLock(seen: PassLock | undefined, { id, now }: Own): PassLock | undefined {
  return isHeldBy(seen, id) ? { ...seen, beat: Math.max(seen.beat, now) } : undefined;
}

interface Own {
  readonly id: string;
  readonly now: number;
}

/** Right before runs are started. @returns Undefined where somebody else holds it by now: then none may be. */
export function announceSends(
  seen: PassLock | undefined,
  { sends, ...own }: Own & { readonly sends: readonly string[] },
): PassLock | undefined {
  const renewed = renewLock(seen, own);
  return renewed && { ...renewed, sends: [...sends] };
}

export type Released =
  | { readonly kind: 'released'; readonly lock: PassLock }
  /** Something happened meanwhile: it is kept for one more pass. */
  | { readonly kind: 'again'; readonly lock: PassLock; readonly told: readonly EndedRun[] }
  | { readonly kind: 'lost' };

/** @param isOutOfTime Whoever releases it makes no other pass: what was asked for stays, for the next one to take it. */
export function releaseLock(
  seen: PassLock | undefined,
  { isOutOfTime, ...own }: Own & { readonly isOutOfTime: boolean },
): Released {
  const renewed = renewLock(seen, own);
  if (!renewed) return { kind: 'lost' };
  const { holder, again, ...rest } = renewed;
  if (again && !isOutOfTime) return { kind: 'again', lock: { ...rest, holder, sends: [] }, told: again.ended };
  return { kind: 'released', lock: { ...rest, ...(again ? { again } : {}), sends: [] } };
}

function isHeldBy(seen: PassLock | undefined, id: string): seen is PassLock {
  return seen?.holder?.id === id;
}

function mergeEnded(known: readonly EndedRun[], more: readonly EndedRun[]): EndedRun[] {
  const byRun = new Map([...known, ...more].map((one) => [one.run, one]));
  return [...byRun.values()].slice(-MAX_ENDED);
}
