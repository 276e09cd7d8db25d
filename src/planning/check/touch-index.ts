import type { Task } from '../../plan/plan.ts';
import { type GlobPrefix, globPrefix, prefixesOverlap } from '../../plan/touches.ts';

/**
 * Tasks by the folders that they touch. A path is compared with those on the way to it and those below it, so that
 * tasks that have nothing to do with each other never meet.
 */
export class TouchIndex {
  readonly #root: Branch = { here: [], below: new Map() };
  #looks: number;

  /** @param looks How many entries are looked at in all; after these, nobody is found. */
  constructor(looks: number) {
    this.#looks = looks;
  }

  get exhausted(): boolean {
    return this.#looks < 0;
  }

  /** @param number The task's own, by which `rivals` names it. */
  add(number: number, { touches }: Pick<Task, 'touches'>): void {
    for (const glob of touches) {
      const fixed = globPrefix(glob);
      let at = this.#root;
      for (const name of folders(fixed)) {
        const next: Branch = at.below.get(name) ?? { here: [], below: new Map() };
        at.below.set(name, next);
        at = next;
      }
      at.here.push({ number, fixed });
    }
  }

  /** Numbers of tasks that touch what this one touches and that count, each once, until there are `most`. */
  rivals(
    { touches }: Pick<Task, 'touches'>,
    { most, counts }: { readonly most: number; readonly counts: (other: number) => boolean },
  ): readonly number[] {
    const seen = new Set<number>();
    for (const glob of touches) {
      const fixed = globPrefix(glob);
      for (const { here } of branchesNear(fixed, this.#root)) {
        this.#looks--;
        for (const entry of here) {
          if (seen.size === most || this.#looks < 0) return [...seen];
          this.#looks--;
          if (counts(entry.number) && prefixesOverlap(fixed, entry.fixed)) seen.add(entry.number);
        }
      }
    }
    return [...seen];
  }
}

interface Entry {
  readonly number: number;
  readonly fixed: GlobPrefix;
}

interface Branch {
  readonly here: Entry[];
  readonly below: Map<string, Branch>;
}

/** On the way to a path and below it: every one that overlaps it is there, and some that do not. */
function* branchesNear(fixed: GlobPrefix, root: Branch): Generator<Branch> {
  let at = root;
  for (const name of folders(fixed)) {
    yield at;
    const next = at.below.get(name);
    if (next === undefined) return;
    at = next;
  }
  const open = [at];
  for (let branch = open.pop(); branch !== undefined; branch = open.pop()) {
    yield branch;
    for (const below of branch.below.values()) open.push(below);
  }
}

/** Names on the way to a path. That of an open path may go on, so that only the folder around it is sure. */
function folders({ path, open }: GlobPrefix): readonly string[] {
  const names = path.split('/');
  return open ? names.slice(0, -1) : names;
}
