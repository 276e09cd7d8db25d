import { readTrailers } from './landing-trailers.ts';
import { pullOf, type Revert, readRevert, subjectOf, targetOf } from './reverts.ts';
import type { BaseCommit } from './snapshot.ts';

/** What one commit did: which commits it put into effect (true) or out of it (false). */
interface CommitEffect {
  readonly sets: ReadonlyMap<Unit, boolean>;
  /** Those of them that were not there before. */
  readonly introduces: ReadonlySet<Unit>;
}

/** A commit by its name, or a pull request as `#12`, of which nobody knows by which commits it came. */
type Unit = string;

/** What the commits of the base left in effect. */
export interface BaseEffects {
  /** The commit that took this one out of effect; undefined while it is in effect. */
  readonly revertedBy: (unit: Unit) => string | undefined;
}

/** @param commits Newest first, all that matter. */
export function replayCommits(commits: readonly BaseCommit[]): BaseEffects {
  const replay = new Replay(commits);
  const reverted = new Map<Unit, string>();
  for (const commit of commits.toReversed()) {
    for (const [unit, inEffect] of replay.play(commit).sets) {
      if (inEffect) reverted.delete(unit);
      else reverted.set(unit, commit.oid);
    }
  }
  return { revertedBy: (unit) => reverted.get(unit) };
}

export function pullUnit(number: number): Unit {
  return `#${number}`;
}

/** Goes through the base from its beginning and remembers what each commit did, so that a later one can undo it. */
class Replay {
  readonly #commits: ReadonlyMap<string, BaseCommit>;
  /** In the order in which they were played. */
  readonly #effects = new Map<string, CommitEffect>();
  readonly #bySubject = new Map<string, BaseCommit>();
  readonly #byPull = new Map<number, BaseCommit[]>();

  constructor(commits: readonly BaseCommit[]) {
    this.#commits = new Map(commits.map((commit) => [commit.oid, commit]));
  }

  play(commit: BaseCommit): CommitEffect {
    const { oid, message } = commit;
    const revert = readTrailers(message).length > 0 ? undefined : readRevert(message);
    const sets = new Map<Unit, boolean>([[oid, true]]);
    if (revert) for (const undone of this.#undone(revert)) for (const [unit, on] of undone) sets.set(unit, on);
    const effect = { sets, introduces: new Set([oid]) };
    this.#effects.set(oid, effect);
    this.#bySubject.set(subjectOf(message), commit);
    const pull = pullOf(message);
    if (pull !== undefined) this.#byPull.set(pull, [...(this.#byPull.get(pull) ?? []), commit]);
    return effect;
  }

  /** The most certain of what a message says: names, then pull requests, then the subject. */
  #undone({ commits, pulls, subject }: Revert): readonly ReadonlyMap<Unit, boolean>[] {
    const named = commits.flatMap(({ oid, mainline }) => {
      const target = this.#find(oid);
      return target ? [inverse(this.#broughtBy(target, mainline))] : [];
    });
    if (named.length > 0) return named;
    const merged = pulls.flatMap(({ number }) => [
      new Map([[pullUnit(number), false]]),
      ...(this.#byPull.get(number) ?? []).map((commit) => inverse(this.#broughtBy(commit, undefined))),
    ]);
    const titled = subject === undefined ? undefined : this.#effectOf(subject);
    // Of a pull request that was rebased nothing but its title is left.
    return titled && merged.length <= pulls.length ? [...merged, inverse(titled)] : merged;
  }

  /** What a commit of that subject did, or would have done where nobody finds it. */
  #effectOf(subject: string): CommitEffect | undefined {
    const known = this.#bySubject.get(subjectOf(subject));
    if (known) return this.#broughtBy(known, undefined);
    const target = targetOf(subject);
    const undone = target === undefined ? undefined : this.#effectOf(target);
    return undone && { sets: inverse(undone), introduces: new Set() };
  }

  /** Of a merge: everything that came with it. */
  #broughtBy(commit: BaseCommit, mainline: string | undefined): CommitEffect {
    const own = this.#effects.get(commit.oid) ?? NOTHING;
    if (commit.parents.length < 2) return own;
    const from = commit.parents.find((parent) => mainline !== undefined && parent.startsWith(mainline));
    const before = this.#ancestors(from ?? commit.parents[0] ?? '');
    const sets = new Map<Unit, boolean>();
    const introduces = new Set<Unit>();
    const brought = this.#ancestors(commit.oid);
    for (const [oid, effect] of this.#effects) {
      if (!brought.has(oid) || before.has(oid)) continue;
      for (const [unit, on] of effect.sets) sets.set(unit, on);
      for (const unit of effect.introduces) introduces.add(unit);
    }
    return { sets, introduces };
  }

  /** A commit and all that it stands on, as far as they are known. */
  #ancestors(oid: string): ReadonlySet<string> {
    const found = new Set<string>();
    const left = [oid];
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      left.push(...(this.#commits.get(next)?.parents ?? []));
    }
    return found;
  }

  /** By its name, which may be abbreviated. */
  #find(oid: string): BaseCommit | undefined {
    const exact = this.#commits.get(oid);
    if (exact) return this.#effects.has(oid) ? exact : undefined;
    for (const known of this.#effects.keys()) if (known.startsWith(oid)) return this.#commits.get(known);
    return undefined;
  }
}

const NOTHING: CommitEffect = { sets: new Map(), introduces: new Set() };

function inverse({ sets, introduces }: CommitEffect): ReadonlyMap<Unit, boolean> {
  return new Map([...sets].map(([unit, on]) => [unit, introduces.has(unit) ? false : !on]));
}
