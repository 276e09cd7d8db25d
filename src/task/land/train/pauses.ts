import { type Entry, keyOf } from './train.ts';

const FIRST_MS = 1_000;
const MAX_MS = 5_000;
/** The least that each of those ahead takes to land. */
const EACH_AHEAD_MS = 500;

/** A push that lost to a faster one comes again at once, and does not meet the same others again. */
const AFTER_LOSS_MS = 50;

/** How long a run waits before it looks again, in milliseconds. */
export class Pauses {
  readonly #issue: number;
  #next = FIRST_MS;
  #ahead = 0;
  #seen = '';
  #looked = false;
  #losses = 0;

  constructor(issue: number) {
    this.#issue = issue;
  }

  /** Those ahead land one after the other. */
  get next(): number {
    return Math.min(Math.max(this.#next, EACH_AHEAD_MS * this.#ahead), MAX_MS);
  }

  looked(): void {
    this.#looked = true;
  }

  /** Who joins behind this run is no news for it. @param base The tree that it is to land on. */
  sees({ base, ahead }: { readonly base: string; readonly ahead: readonly Entry[] }): void {
    const seen = [base, ...ahead.map(keyOf)].join();
    if (seen !== this.#seen) this.#next = FIRST_MS;
    else if (this.#looked) this.#next = Math.min(this.#next * 1.5, MAX_MS);
    this.#seen = seen;
    this.#ahead = ahead.length;
    this.#looked = false;
  }

  /** After a push that did not go through. Different runs pause differently. */
  afterLoss(): number {
    const spread = ((this.#issue * 7919) % 101) / 100;
    return Math.min(AFTER_LOSS_MS * 1.3 ** this.#losses++, MAX_MS) * (0.5 + spread / 2);
  }
}
