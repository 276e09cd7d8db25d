/** Moments after which nothing will come to an end any more. */
const MAX_MOMENTS = 50_000;

/** Time that passes only when everything that could be done at one moment has been done. */
export class SimTime {
  /** Milliseconds since the world began. */
  now = 0;
  /** In the order in which they ring, the last one first. */
  readonly #alarms: { readonly at: number; readonly ring: () => void }[] = [];

  sleep(milliseconds: number): Promise<void> {
    return new Promise((ring) => this.at(this.now + Math.max(0, milliseconds), ring));
  }

  at(at: number, ring: () => void): void {
    let index = this.#alarms.length;
    while (index > 0 && (this.#alarms[index - 1]?.at ?? 0) <= at) index -= 1;
    this.#alarms.splice(index, 0, { at, ring });
  }

  /** @returns Whether it was over before the end came. */
  async runUntil(end: number, isOver: () => boolean): Promise<boolean> {
    for (let moments = 0; moments < MAX_MOMENTS; moments++) {
      await everythingDone();
      if (isOver()) return true;
      const alarm = this.#alarms.pop();
      if (!alarm || alarm.at > end) return false;
      this.now = alarm.at;
      alarm.ring();
    }
    return false;
  }
}

/** What waits for nothing but other promises is done before this is. */
function everythingDone(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
