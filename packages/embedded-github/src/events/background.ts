/** Work that goes on after an answer: one piece after another, in the order in which it came. */
export class Background {
  readonly #failures: unknown[] = [];
  #last: Promise<void> = Promise.resolve();
  #open = 0;

  get isBusy(): boolean {
    return this.#open > 0;
  }

  /** A piece that fails does not stop those behind it; `idle` throws its error. */
  add(work: () => Promise<void>): void {
    this.#open += 1;
    this.#last = this.#last
      .then(work)
      .catch((error: unknown) => {
        this.#failures.push(error);
      })
      .finally(() => {
        this.#open -= 1;
      });
  }

  async idle(): Promise<void> {
    await this.drain();
    if (this.#failures.length > 0) throw this.#failures.shift();
  }

  /** Settles once all of it is over, however it went. */
  async drain(): Promise<void> {
    while (this.isBusy) await this.#last;
  }
}
