import { readTrailers } from './landing-trailers.ts';
import { pullOf, type Revert, readRevert, subjectOf, targetOf } from './reverts.ts';
import type { BaseCommit } from './snapshot.ts';

/** A commit by its name, or a pull request as `#12`, of which nobody knows by which commits it came. */
type Unit = string;

/** What the commits of the base left in effect. */
export interface BaseEffects {
  /** The commit that took this one out of effect; undefined while it is in effect. */
  readonly revertedBy: (unit: Unit) => string | undefined;
}

/**
 * A commit is in effect while no later one that is in effect itself takes it back.
 * @param commits Newest first, all that matter.
 */
export function replayCommits(commits: readonly BaseCommit[]): BaseEffects {
  const known = new KnownCommits(commits);
  /** Oldest first. */
  const revertsOf = new Map<Unit, string[]>();
  for (const commit of commits.toReversed()) {
    for (const unit of known.add(commit)) revertsOf.set(unit, [...(revertsOf.get(unit) ?? []), commit.oid]);
  }
  const found = new Map<Unit, string | undefined>();
  // Only later commits take one back, so that this comes to an end.
  const revertedBy = (unit: Unit): string | undefined => {
    if (!found.has(unit))
      found.set(
        unit,
        revertsOf.get(unit)?.findLast((oid) => revertedBy(oid) === undefined),
      );
    return found.get(unit);
  };
  return { revertedBy };
}

export function pullUnit(number: number): Unit {
  return `#${number}`;
}

/** The commits of the base up to one of them, by what a later one may call them. */
class KnownCommits {
  readonly #all: ReadonlyMap<string, BaseCommit>;
  readonly #before = new Set<string>();
  readonly #bySubject = new Map<string, BaseCommit>();
  readonly #byPull = new Map<number, BaseCommit[]>();

  constructor(commits: readonly BaseCommit[]) {
    this.#all = new Map(commits.map((commit) => [commit.oid, commit]));
  }

  /** @returns What the commit takes back of those before it. */
  add(commit: BaseCommit): readonly Unit[] {
    const { oid, message } = commit;
    const revert = readTrailers(message).length > 0 ? undefined : readRevert(message);
    const taken = revert ? this.#targetsOf(revert) : NOTHING;
    this.#before.add(oid);
    this.#bySubject.set(subjectOf(message), commit);
    const pull = pullOf(message);
    if (pull !== undefined) this.#byPull.set(pull, [...(this.#byPull.get(pull) ?? []), commit]);
    return taken;
  }

  /** By the most certain of what a message says: names, then pull requests, then the subject. */
  #targetsOf({ commits, pulls, subject }: Revert): readonly Unit[] {
    const named = commits.flatMap(({ oid, mainline }) => {
      const target = this.#find(oid);
      return target ? this.#broughtBy(target, mainline) : [];
    });
    if (named.length > 0) return named;
    const units = pulls.map(({ number }) => pullUnit(number));
    const merged = pulls.flatMap(({ number }) => this.#byPull.get(number) ?? []);
    if (merged.length > 0) return [...units, ...merged.flatMap((commit) => this.#broughtBy(commit))];
    // Of a pull request that was rebased nothing but its title is left.
    return subject === undefined ? units : [...units, ...this.#titled(subject)];
  }

  /** The commit of that subject. Where it is not found, what two reverts on top of each other lead to. */
  #titled(subject: string): readonly Unit[] {
    const known = this.#bySubject.get(subjectOf(subject));
    if (known) return this.#broughtBy(known);
    const reverted = targetOf(subject);
    const again = reverted === undefined ? undefined : targetOf(reverted);
    return again === undefined ? NOTHING : this.#titled(again);
  }

  /** A commit itself; of a merge also everything that came with it. */
  #broughtBy({ oid, parents }: BaseCommit, mainline?: string): readonly Unit[] {
    if (parents.length < 2) return [oid];
    const onto = parents.find((parent) => mainline !== undefined && parent.startsWith(mainline)) ?? parents[0];
    const there = this.#ancestors(onto ?? '');
    return [...this.#ancestors(oid)].filter((each) => !there.has(each));
  }

  /** A commit and all that it stands on, as far as they are known. */
  #ancestors(oid: string): ReadonlySet<string> {
    const found = new Set<string>();
    const left = [oid];
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      left.push(...(this.#all.get(next)?.parents ?? []));
    }
    return found;
  }

  /** By its name, which may be abbreviated. */
  #find(oid: string): BaseCommit | undefined {
    if (this.#before.has(oid)) return this.#all.get(oid);
    for (const known of this.#before) if (known.startsWith(oid)) return this.#all.get(known);
    return undefined;
  }
}

const NOTHING: readonly Unit[] = [];
