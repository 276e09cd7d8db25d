import type { Landing } from '../../../src/task/git/trailers.ts';
import { readTrain } from '../../../src/task/land/train/train.ts';
import type { TrainRepository } from '../../../src/task/land/train/train-repository.ts';
import type { Machine } from './machine.ts';
import type { RemoteWorld } from './remote-world.ts';
import { codeOf, mergeSets } from './set-trees.ts';

export interface Repositories {
  readonly world: RemoteWorld;
  readonly machine: Machine;
  readonly mergeFails: (one: string, other: string) => boolean;
  readonly issue: number;
}

/** The repository of one run in the world of sets. */
export function worldRepository({ world, machine, mergeFails, issue }: Repositories): TrainRepository {
  return {
    keepsClaims: false,
    look: () =>
      machine.read((at) => {
        const { head, train, claims } = world.refsAt(at);
        return {
          head,
          tree: world.commitOf(head).tree,
          trainCommit: train,
          train: readTrain(world.trainAt(train)),
          claims,
        };
      }),
    isAncestor: async ({ commit, head }) => world.history(head).some(({ id }) => id === commit),
    landingsOn: async ({ head, since, issues }) => {
      const before = new Set(world.history(world.startOf(since)).map(({ id }) => id));
      return world.history(head).flatMap(({ id, by }): readonly Landing[] => {
        if (!by || before.has(id) || !issues.includes(by.issue)) return [];
        return [{ ...by, task: '', attempt: 1, commit: id, checks: [], subject: '', summary: '' } as Landing];
      });
    },
    moveTrain: async ({ look, seq, entries }) => {
      const move = () =>
        world.refusesTrain
          ? 'refused'
          : (world.moveTrain({ from: look.trainCommit, seq, entries, by: issue }) ?? 'stale');
      const moved = await machine.push(move);
      if (moved === undefined) return { kind: 'unclear', text: 'no answer' };
      if (moved === 'refused') return { kind: 'refused', text: 'GH013: repository rule violations' };
      if (moved === 'stale') return { kind: 'stale', refs: new Set() };
      return { kind: 'moved', look: { ...look, trainCommit: moved, train: { seq, entries } } };
    },
    treeOf: async (of) => world.commits.get(of)?.tree ?? of,
    treeIfThere: async (of) => world.commits.get(of)?.tree ?? of,
    commitWork: async ({ from, tree }) => {
      const work = world.newId();
      world.works.set(work, { start: world.commitOf(from).tree, tree, from });
      return work;
    },
    readWorks: async (commits) =>
      new Map(commits.flatMap((commit) => [world.works.get(commit)].flatMap((work) => (work ? [[commit, work]] : [])))),
    bringOnto: async ({ work, onto }) => {
      const { tree, added, met } = mergeSets({ ...work, onto });
      const files = met.filter((other) => added.some((own) => mergeFails(own, other)));
      return files.length > 0 ? { kind: 'conflict', tree, files } : { kind: 'merged', tree };
    },
    differencesFrom: async ({ to }) => new Map(to.map((tree) => [tree, codeOf(tree)])),
  };
}
