import { priorityOf } from '../../decide/schedule/search/order.ts';
import type { Ranks } from './ranks.ts';

/** Ready tasks by their place in the plan, the one that is to start first in front. */
export class ReadyQueue {
  #ranks: Ranks;
  #places: number[] = [];
  #order: number;

  constructor(ranks: Ranks, order: number) {
    this.#ranks = ranks;
    this.#order = order;
  }

  get size(): number {
    return this.#places.length;
  }

  some(test: (place: number) => boolean): boolean {
    return this.#places.some(test);
  }

  add(place: number): void {
    let low = 0;
    let high = this.#places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(this.#places[middle] ?? 0, place) < 0) low = middle + 1;
      else high = middle;
    }
    this.#places.splice(low, 0, place);
  }

  /** @param order As `priorityOf` numbers them. */
  arrange({ order, ranks }: { readonly order: number; readonly ranks: Ranks }): void {
    if (order === this.#order && ranks === this.#ranks) return;
    this.#order = order;
    this.#ranks = ranks;
    this.#places.sort((a, b) => this.#compare(a, b));
  }

  /** Asks about one task after the other. @returns Those that were taken, in order; the others stay. */
  take(judge: (place: number) => 'take' | 'leave' | 'stop'): readonly number[] {
    const chosen: number[] = [];
    const left: number[] = [];
    let at = 0;
    for (; at < this.#places.length; at++) {
      const place = this.#places[at] ?? 0;
      const verdict = judge(place);
      if (verdict === 'stop') break;
      (verdict === 'take' ? chosen : left).push(place);
    }
    this.#places.splice(0, at, ...left);
    return chosen;
  }

  #compare(a: number, b: number): number {
    return this.#priority(b) - this.#priority(a) || a - b;
  }

  #priority(place: number): number {
    const { minutes, priorities, longest } = this.#ranks;
    const ranked = { rank: minutes[place] ?? 0, place, priority: priorities[place] ?? 0 };
    return priorityOf(ranked, { order: this.#order, longest });
  }
}
