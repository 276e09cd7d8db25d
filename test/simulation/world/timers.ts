export interface Timer {
  at: number;
  order: number;
  readonly every: number | undefined;
  readonly work: () => void;
}

/** Timers by when they are due, of those due at once the one that was set first: a binary heap. */
export class Timers {
  readonly #heap: Timer[] = [];
  /** Those that are still to fire: one that was taken out stays in the heap until it comes to the top. */
  readonly #live = new Set<Timer>();

  add(timer: Timer): void {
    this.#live.add(timer);
    let at = this.#heap.push(timer) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = this.#heap[above];
      if (!parent || !isBefore(timer, parent)) break;
      this.#heap[at] = parent;
      at = above;
    }
    this.#heap[at] = timer;
  }

  delete(timer: Timer): void {
    this.#live.delete(timer);
  }

  /** What is due next; it stays. */
  first(): Timer | undefined {
    for (;;) {
      const [top] = this.#heap;
      if (!top || this.#live.has(top)) return top;
      this.#dropTop();
    }
  }

  /** Takes out what is due next. */
  shift(): void {
    const timer = this.first();
    if (!timer) return;
    this.#live.delete(timer);
    this.#dropTop();
  }

  #dropTop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      const [left, right] = [heap[below], heap[below + 1]];
      if (!left) break;
      if (right && isBefore(right, left)) below += 1;
      const child = heap[below];
      if (!child || !isBefore(child, last)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
