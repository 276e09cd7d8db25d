import { mulberry32 } from '../../../src/planning/simulate/mulberry32.ts';

/** Numbers that depend on a seed and a name alone, so that what is drawn for one thing never moves what is drawn for another. */
export class Random {
  readonly #seed: number;
  readonly #streams = new Map<string, () => number>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** From 0 to 1. @param name Each has numbers of its own. */
  draw(name: string): number {
    const stream = this.#streams.get(name) ?? mulberry32(hash(`${this.#seed} ${name}`));
    this.#streams.set(name, stream);
    return stream();
  }

  chance(name: string, probability: number): boolean {
    return this.draw(name) < probability;
  }

  /** A whole number from `least` to `most`. */
  between(name: string, least: number, most: number): number {
    return least + Math.floor(this.draw(name) * (most - least + 1));
  }

  /** @throws where there is nothing to pick. */
  pick<T>(name: string, from: readonly T[]): T {
    const picked = from[Math.floor(this.draw(name) * from.length)];
    if (picked === undefined) throw new Error(`nothing to pick for ${name}`);
    return picked;
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  return state >>> 0;
}
