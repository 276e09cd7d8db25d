/** A binary heap of job indices: the one with the lowest key is on top, of equal ones the lowest index. */
export class Heap {
  readonly #keys: Float64Array;
  readonly #items: Int32Array;
  size = 0;

  /** @param keys By job; the key of a job that is in the heap must not change. */
  constructor(keys: Float64Array) {
    this.#keys = keys;
    this.#items = new Int32Array(keys.length);
  }

  get top(): number {
    return this.#items[0] as number;
  }

  push(item: number): void {
    const items = this.#items;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const other = items[parent] as number;
      if (!this.#precedes(item, other)) break;
      items[at] = other;
      at = parent;
    }
    items[at] = item;
  }

  pop(): number {
    const items = this.#items;
    const top = items[0] as number;
    const last = items[--this.size] as number;
    let at = 0;
    for (let child = 1; child < this.size; child = 2 * at + 1) {
      if (child + 1 < this.size && this.#precedes(items[child + 1] as number, items[child] as number)) child++;
      const other = items[child] as number;
      if (!this.#precedes(other, last)) break;
      items[at] = other;
      at = child;
    }
    items[at] = last;
    return top;
  }

  #precedes(a: number, b: number): boolean {
    const order = (this.#keys[a] as number) - (this.#keys[b] as number);
    return order < 0 || (order === 0 && a < b);
  }
}
