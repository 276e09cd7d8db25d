/** A commit of the base as it truly came about, whatever its message says. */
export interface Entry {
  readonly landed?: { readonly issue: number; readonly dispatch: number | undefined };
  readonly reverts?: Entry;
}

/** Readings of the base may be as old as this (ms). */
const STALE_FOR = 90_000;

/** The commits of the base in order, oldest first: what was landed, taken back, put back, and thrown away. */
export class Mainline {
  #entries: Entry[] = [];
  readonly #gone: { readonly entry: Entry; readonly at: number }[] = [];

  add(entry: Entry): Entry {
    this.#entries.push(entry);
    return entry;
  }

  /** The base is rewritten: only these of its commits are left, the newest first as they are numbered. */
  keep(isKept: (fromNewest: number) => boolean, now: number): void {
    const count = this.#entries.length;
    const kept = this.#entries.filter((_, index) => isKept(count - 1 - index));
    for (const entry of this.#entries) if (!kept.includes(entry)) this.#gone.push({ entry, at: now });
    this.#entries = kept;
  }

  /** Something of the issue was thrown away, or came back, so lately that a reading of the base may not be believed yet. */
  isUnclear(issue: number, now: number): boolean {
    return this.#gone.some(({ entry, at }) => concerns(entry, issue) && now < at + STALE_FOR);
  }

  fromNewest(place: number): Entry | undefined {
    return this.#entries.at(-1 - place);
  }

  /** Whether something that landed for this issue is on the base, and not taken back there. */
  holds(issue: number): boolean {
    return this.#entries.some((entry) => entry.landed?.issue === issue && this.#counts(entry));
  }

  /** Git takes nothing back twice. */
  mayRevert(place: number): boolean {
    const entry = this.fromNewest(place);
    return entry !== undefined && this.#counts(entry);
  }

  #counts(entry: Entry): boolean {
    const after = this.#entries.slice(this.#entries.indexOf(entry) + 1);
    return !after.some((other) => other.reverts === entry && this.#counts(other));
  }
}

function concerns({ landed, reverts }: Entry, issue: number): boolean {
  return landed?.issue === issue || (reverts !== undefined && concerns(reverts, issue));
}
