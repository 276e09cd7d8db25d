/** A commit of the base as it truly came about, whatever its message says. */
export interface Entry {
  readonly landed?: { readonly issue: number; readonly dispatch: number | undefined };
  readonly reverts?: Entry;
}

/** The commits of the base in order, oldest first: what was landed, taken back, put back, and thrown away. */
export class Mainline {
  #entries: Entry[] = [];

  add(entry: Entry): Entry {
    this.#entries.push(entry);
    return entry;
  }

  /** The base is rewritten: only these of its commits are left, the newest first as they are numbered. */
  keep(isKept: (fromNewest: number) => boolean): void {
    const count = this.#entries.length;
    this.#entries = this.#entries.filter((_, index) => isKept(count - 1 - index));
  }

  fromNewest(place: number): Entry | undefined {
    return this.#entries.at(-1 - place);
  }

  /** Whether something that landed for this issue is on the base, and not taken back there. */
  holds(issue: number): boolean {
    return this.#entries.some((entry) => entry.landed?.issue === issue && this.#counts(entry));
  }

  #counts(entry: Entry): boolean {
    const after = this.#entries.slice(this.#entries.indexOf(entry) + 1);
    return !after.some((other) => other.reverts === entry && this.#counts(other));
  }
}
