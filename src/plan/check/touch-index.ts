import type { Task } from '../plan.ts';
import { type Fixed, fixedPart, within } from '../touches.ts';

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

  add(task: Task): void {
    for (const glob of task.touches) {
      const fixed = fixedPart(glob);
      let at = this.#root;
      for (const name of folders(fixed)) {
        const next: Branch = at.below.get(name) ?? { here: [], below: new Map() };
        at.below.set(name, next);
        at = next;
      }
      at.here.push({ task, fixed });
    }
  }

  /** Tasks added before that touch what this one touches and that count, each once, until there are `most`. */
  rivals(
    task: Task,
    { most, counts }: { readonly most: number; readonly counts: (other: Task) => boolean },
  ): readonly Task[] {
    const seen = new Set<Task>();
    const found: Task[] = [];
    for (const glob of task.touches) {
      const fixed = fixedPart(glob);
      for (const entry of this.#near(fixed)) {
        if (found.length === most || this.#looks-- <= 0) return found;
        if (seen.has(entry.task) || !within(fixed, entry.fixed)) continue;
        seen.add(entry.task);
        if (counts(entry.task)) found.push(entry.task);
      }
    }
    return found;
  }

  /** Entries on the way to a path and below it: every one that overlaps it, and some that do not. */
  *#near(fixed: Fixed): Generator<Entry> {
    let at = this.#root;
    for (const name of folders(fixed)) {
      yield* at.here;
      const next = at.below.get(name);
      if (next === undefined) return;
      at = next;
    }
    const open = [at];
    for (let branch = open.pop(); branch !== undefined; branch = open.pop()) {
      yield* branch.here;
      open.push(...branch.below.values());
    }
  }
}

interface Entry {
  readonly task: Task;
  readonly fixed: Fixed;
}

interface Branch {
  readonly here: Entry[];
  readonly below: Map<string, Branch>;
}

/** Names on the way to a path. That of an open path may go on, so that only the folder around it is sure. */
function folders({ path, open }: Fixed): readonly string[] {
  const names = path.split('/');
  return open ? names.slice(0, -1) : names;
}
