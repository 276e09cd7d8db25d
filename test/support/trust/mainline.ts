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
  readonly #rewritten = new Set<Entry>();
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
    for (const entry of kept) this.#rewritten.add(entry);
  }

  /**
   * Something of the issue was thrown away, or came back, so lately that a reading of the base may not be believed yet; or
   * something of it is taken back by a commit of which nobody can say any more what it takes back.
   */
  isUnclear(issue: number, now: number): boolean {
    return (
      this.#gone.some(({ entry, at }) => concerns(entry, issue) && now < at + STALE_FOR) ||
      this.#entries.some((entry) => concerns(entry, issue) && this.#isAstray(entry))
    );
  }

  /** Something of the issue was thrown away at some time. */
  isThrownAway(issue: number): boolean {
    return this.#gone.some(({ entry }) => concerns(entry, issue));
  }

  /** A rewritten commit names one that is no more, and leads by its subject to another. */
  #isAstray(entry: Entry): boolean {
    const { reverts } = entry;
    if (!reverts || !this.#rewritten.has(entry)) return false;
    const before = this.#entries.slice(0, this.#entries.indexOf(entry));
    return before.findLast((other) => subjectOf(other) === subjectOf(reverts)) !== reverts;
  }

  fromNewest(place: number): Entry | undefined {
    return this.#entries.at(-1 - place);
  }

  /** Whether something that landed for this issue is on the base, and not taken back there. */
  holds(issue: number): boolean {
    return this.#entries.some((entry) => entry.landed?.issue === issue && this.#counts(entry));
  }

  /** Git makes no commit that changes nothing: what is not there cannot be taken back. */
  mayRevert(place: number): boolean {
    const entry = this.fromNewest(place);
    if (!entry || !this.#counts(entry)) return false;
    const root = rootOf(entry);
    const before = this.#counts(root);
    this.#entries.push({ reverts: entry });
    const after = this.#counts(root);
    this.#entries.pop();
    return before !== after;
  }

  #counts(entry: Entry): boolean {
    const after = this.#entries.slice(this.#entries.indexOf(entry) + 1);
    return !after.some((other) => other.reverts === entry && this.#counts(other));
  }
}

/** What a chain of reverts is about in the end. */
function rootOf(entry: Entry): Entry {
  return entry.reverts ? rootOf(entry.reverts) : entry;
}

function subjectOf({ landed, reverts }: Entry): string {
  return reverts ? `Revert "${subjectOf(reverts)}"` : `#${landed?.issue}`;
}

function concerns({ landed, reverts }: Entry, issue: number): boolean {
  return landed?.issue === issue || (reverts !== undefined && concerns(reverts, issue));
}
