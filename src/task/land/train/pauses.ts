const FIRST_MS = 1_000;
const MAX_MS = 5_000;

/** A push that lost to a faster one comes again at once, and does not meet the same others again. */
const AFTER_LOSS_MS = 50;

/** How long a run waits before it looks again, in milliseconds. */
export class Pauses {
  readonly #issue: number;
  #next = FIRST_MS;
  #losses = 0;

  constructor(issue: number) {
    this.#issue = issue;
  }

  /** While nothing changes. */
  get next(): number {
    return this.#next;
  }

  looked({ isNew }: { readonly isNew: boolean }): void {
    this.#next = isNew ? FIRST_MS : Math.min(this.#next * 1.5, MAX_MS);
  }

  /** After a push that did not go through. Different runs pause differently. */
  afterLoss(): number {
    const spread = ((this.#issue * 7919) % 101) / 100;
    return Math.min(AFTER_LOSS_MS * 1.3 ** this.#losses++, MAX_MS) * (0.5 + spread / 2);
  }
}
