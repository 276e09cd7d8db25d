import { setTimeout as sleep } from 'node:timers/promises';
import {
  announceSends,
  type EndedRun,
  type Holder,
  type PassLock,
  type Released,
  releaseLock,
  renewLock,
  STALE_MS,
  takeLock,
} from './lock.ts';

/** The lock as it was read. */
export interface SeenLock {
  readonly lock: PassLock | undefined;
  /** The commit that says so; undefined where there is no ref. */
  readonly commit: string | undefined;
  /** When that was (epoch ms, GitHub's). */
  readonly date: number;
}

/** Where the lock is kept. */
export interface LockStore {
  readonly read: () => Promise<SeenLock>;
  /** @returns The commit that says so now; undefined where the lock was not as it was read any more. */
  readonly swap: (from: SeenLock, to: PassLock) => Promise<string | undefined>;
  readonly isOver: (holder: Holder) => Promise<boolean>;
}

export interface HoldTimings {
  /** How often a holder says that it lives, and after how long without it is taken for dead (ms). */
  readonly beat: number;
  readonly stale: number;
}

export const HOLD_TIMINGS: HoldTimings = { beat: 30_000, stale: STALE_MS };

/** This process's own time. */
export interface OwnClock {
  /** Milliseconds that nobody sets. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

export const OWN_CLOCK: OwnClock = {
  now: () => performance.now(),
  // Whoever is woken early goes on like everybody else.
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
};

export interface TakeInput {
  readonly store: LockStore;
  readonly holder: Holder;
  /** Runs whose ends this job tells of. */
  readonly ended: readonly Omit<EndedRun, 'at'>[];
  readonly timings: HoldTimings;
  readonly clock: OwnClock;
}

export type TakeResult =
  | { readonly kind: 'taken'; readonly hold: PassHold; readonly told: readonly EndedRun[] }
  | { readonly kind: 'left' };

/** Others move the same ref: each try is one of them being faster. */
const MAX_TRIES = 30;
/** Longest pause between two tries (ms). */
const MAX_PAUSE_MS = 2_000;

/** Takes the lock, or has whoever holds it make one more pass. @throws where others keep moving it. */
export async function takeHold({ store, holder, ended, timings, clock }: TakeInput): Promise<TakeResult> {
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const { seen, known } = await readSoon({ store, timings, clock });
    const other = seen.lock?.holder;
    const isHolderOver = other !== undefined && other.run !== holder.run && (await store.isOver(other));
    const now = seen.date;
    const ends = ended.map((one) => ({ ...one, at: now }));
    const taken = takeLock(seen.lock, { holder, now, stale: timings.stale, isHolderOver, ended: ends });
    const commit = await store.swap(seen, taken.lock);
    if (commit === undefined) {
      await clock.sleep(Math.min(MAX_PAUSE_MS, 50 * tries));
      continue;
    }
    if (taken.kind === 'left') return { kind: 'left' };
    const held = { lock: taken.lock, commit, date: now };
    return { kind: 'taken', told: taken.told, hold: new PassHold({ store, holder, timings, clock }, { held, known }) };
  }
  throw new Error(`refs/agent-waves/pass could not be taken: it was moved ${MAX_TRIES} times meanwhile`);
}

/** An answer that took longer than a beat does not say what time it is: then it is asked again. */
async function readSoon({
  store,
  timings,
  clock,
}: Pick<TakeInput, 'store' | 'timings' | 'clock'>): Promise<{ readonly seen: SeenLock; readonly known: number }> {
  for (let tries = 1; ; tries++) {
    const known = clock.now();
    const seen = await store.read();
    if (clock.now() - known <= timings.beat || tries === MAX_TRIES) return { seen, known };
  }
}

/** The turn of one job at making passes. Its changes of the lock go one after the other. */
export class PassHold {
  readonly #parts: Omit<TakeInput, 'ended'>;
  #seen: SeenLock;
  /** By this process's clock, when `#seen` was asked for. */
  #known: number;
  /** The newest beat of its own. */
  #written: number;
  #isLost = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: Omit<TakeInput, 'ended'>, { held, known }: { readonly held: SeenLock; readonly known: number }) {
    this.#parts = parts;
    this.#seen = held;
    this.#known = known;
    this.#written = held.lock?.beat ?? Number.NEGATIVE_INFINITY;
  }

  /** Somebody asked for one more pass since the last one began, as far as this job has seen. */
  get isAsked(): boolean {
    return this.#seen.lock?.again !== undefined;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** GitHub's time, in epoch milliseconds. */
  get date(): number {
    return this.#now();
  }

  /** Says that it lives while the work goes on. */
  async whileBeating<T>(work: () => Promise<T>): Promise<T> {
    const over = new AbortController();
    const beats = this.#beatUntil(over.signal);
    try {
      return await work();
    } finally {
      over.abort();
      await beats;
    }
  }

  /** Waits so long, or until somebody asks for a pass; notices that within a beat. */
  async rest(milliseconds: number): Promise<void> {
    const { clock, timings } = this.#parts;
    const until = clock.now() + milliseconds;
    while (!this.isAsked && !this.#isLost && clock.now() < until) {
      await clock.sleep(Math.min(timings.beat, until - clock.now()));
      if (clock.now() < until) await this.#renew();
    }
  }

  /**
   * Asked before anything is written.
   * @returns Whether this job is sure to hold the lock still: it said so short enough ago that nobody takes it for dead.
   */
  async isSure(): Promise<boolean> {
    return !this.#isLost && (this.#isFresh() || ((await this.#renew()) && this.#isFresh()));
  }

  /** Asked right before runs are started. @returns Whether they may be. */
  async announce(sends: readonly string[]): Promise<boolean> {
    const { id } = this.#parts.holder;
    const announced = await this.#change((lock) => announceSends(lock, { id, now: this.#now(), sends }));
    return announced && this.#isFresh();
  }

  /** @param isOutOfTime No other pass is made here, whoever asks for one. */
  async release({ isOutOfTime }: { readonly isOutOfTime: boolean }): Promise<Released> {
    const { id } = this.#parts.holder;
    let released: Released = { kind: 'lost' };
    const isReleased = await this.#change((lock) => {
      released = releaseLock(lock, { id, now: this.#now(), isOutOfTime });
      return released.kind === 'lost' ? undefined : released.lock;
    });
    return isReleased ? released : { kind: 'lost' };
  }

  async #beatUntil(over: AbortSignal): Promise<void> {
    const { clock, timings } = this.#parts;
    while (!over.aborted && !this.#isLost) {
      await clock.sleep(timings.beat, over);
      // A beat that does not get through is followed by the next one; who has missed too many writes nothing.
      if (!over.aborted) await this.#renew().catch(() => undefined);
    }
  }

  #renew(): Promise<boolean> {
    return this.#change((lock) => renewLock(lock, { id: this.#parts.holder.id, now: this.#now() }));
  }

  /** @param change Of the lock as it stands; undefined where somebody else holds it. @returns Whether it was made. */
  #change(change: (lock: PassLock | undefined) => PassLock | undefined): Promise<boolean> {
    const made = this.#last.then(() => this.#swap(change));
    this.#last = made.catch(() => undefined);
    return made;
  }

  async #swap(change: (lock: PassLock | undefined) => PassLock | undefined): Promise<boolean> {
    const { store, clock } = this.#parts;
    for (let tries = 1; tries <= MAX_TRIES && !this.#isLost; tries++) {
      const { lock: seen } = this.#seen;
      const known = clock.now();
      const date = this.#now();
      const lock = change(seen);
      const commit = lock && (await store.swap(this.#seen, lock));
      if (lock && commit !== undefined) {
        this.#seen = { lock, commit, date };
        this.#known = known;
        this.#written = lock.beat;
        return true;
      }
      // What is older than what this job wrote is a stale read.
      if (!lock && seen && seen.beat >= this.#written) break;
      await clock.sleep(Math.min(MAX_PAUSE_MS, 50 * (tries - 1)));
      const read = await readSoon(this.#parts);
      this.#known = read.known;
      this.#seen = read.seen;
    }
    this.#isLost = true;
    return false;
  }

  /** GitHub's time, but for what its answers took. */
  #now(): number {
    return this.#seen.date + (this.#parts.clock.now() - this.#known);
  }

  #isFresh(): boolean {
    const beat = this.#seen.lock?.beat ?? Number.NEGATIVE_INFINITY;
    // What follows, a request or a batch of them, takes less than the third that is left.
    return this.#now() - beat < (this.#parts.timings.stale * 2) / 3;
  }
}
