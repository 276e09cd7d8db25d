import type { MergeResult } from '../../git/merge-trees.ts';
import type { Work } from '../../git/work.ts';
import type { Prediction } from './rules.ts';
import type { Entry } from './train.ts';
import type { TrainRepository } from './train-repository.ts';

/** A prediction, with the trees as they are in git. */
export interface Predicted {
  readonly prediction: Prediction;
  readonly onto: string;
  /** The merged tree; of a conflict the one with its markers, and the files in which it is. */
  readonly merged: MergeResult;
}

/** Merges works as they would land. Everybody derives the same from the same base and train: nothing of it is stored. */
export class Predictor {
  readonly #repository: TrainRepository;
  readonly #works = new Map<string, Work | undefined>();
  readonly #merges = new Map<string, Promise<MergeResult>>();
  /** Of trees that are the same, the first; and how these differ from the first of all. */
  readonly #names = new Map<string, string>();
  readonly #differences = new Map<string, string>();

  constructor(repository: TrainRepository) {
    this.#repository = repository;
  }

  /** @param base The tree of the base; @param ahead In the order in which they would land. */
  async predict({
    base,
    ahead,
    work,
  }: {
    readonly base: string;
    readonly ahead: readonly Entry[];
    readonly work: Work;
  }): Promise<Predicted> {
    await this.#learn(ahead);
    let onto = base;
    const upon: Entry[] = [];
    for (const entry of ahead) {
      const known = this.#works.get(entry.work);
      const merged = known && (await this.merge(known, onto));
      if (merged?.kind !== 'merged') continue;
      onto = merged.tree;
      upon.push(entry);
    }
    const merged = await this.merge(work, onto);
    // Both at once.
    if (merged.kind === 'merged') await this.#nameAll([onto, merged.tree]);
    const name = await this.nameOf(onto);
    if (merged.kind === 'merged')
      return { prediction: { upon, onto: name, work: { tree: await this.nameOf(merged.tree) } }, onto, merged };
    // Whatever the others do, it cannot land as it is where the base is in its way.
    const withBase = upon.length === 0 ? merged : await this.merge(work, base);
    const conflict = withBase.kind === 'conflict' ? 'base' : 'works';
    return {
      prediction: { upon, onto: name, work: { conflict } },
      onto,
      merged: withBase.kind === 'conflict' ? withBase : merged,
    };
  }

  /** Trees that differ in nothing but what the app projects have one name. */
  async nameOf(tree: string): Promise<string> {
    await this.#nameAll([tree]);
    return this.#names.get(tree) ?? tree;
  }

  /** Each is compared with one tree, whichever others there are. */
  async #nameAll(trees: readonly string[]): Promise<void> {
    const unknown = [...new Set(trees)].filter((tree) => !this.#names.has(tree));
    const from = this.#names.values().next().value ?? unknown[0];
    if (from === undefined || unknown.length === 0) return;
    const differences = await this.#repository.differencesFrom({ from, to: unknown });
    for (const tree of unknown) {
      const difference = differences.get(tree) ?? tree;
      const name = this.#differences.get(difference) ?? tree;
      this.#differences.set(difference, name);
      this.#names.set(tree, name);
    }
  }

  async #learn(entries: readonly Entry[]): Promise<void> {
    const unknown = entries.map(({ work }) => work).filter((work) => !this.#works.has(work));
    const read = await this.#repository.readWorks(unknown);
    for (const work of unknown) this.#works.set(work, read.get(work));
  }

  merge(work: Work, onto: string): Promise<MergeResult> {
    const key = `${work.start} ${work.tree} ${onto}`;
    const known = this.#merges.get(key) ?? this.#repository.bringOnto({ work, onto });
    this.#merges.set(key, known);
    return known;
  }
}

/** What a verification stands on beside the base, as the log says it; nothing where that is all. */
export function uponOthers(entries: readonly Entry[]): string {
  const names = entries.map(({ issue }) => `#${issue}`).join(', ');
  return names ? ` and the work of ${names}, which is to land before` : '';
}
