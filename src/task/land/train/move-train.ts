import { EMPTY_TREE, type Repository } from '../../git/git.ts';
import { commitTree } from '../../git/merge-trees.ts';
import { pushRefs } from '../../git/push.ts';
import { treeOf } from '../../git/work.ts';
import { type Entry, TRAIN_REF, writeTrain } from './train.ts';
import type { Look, TrainMove } from './train-repository.ts';

/** Puts another train in the place of the one that was seen, by compare-and-swap. The works go along as parents. */
export async function moveTrain(
  repository: Repository,
  { look, seq, entries }: { readonly look: Look; readonly seq: number; readonly entries: readonly Entry[] },
): Promise<TrainMove> {
  const works = [...new Set(entries.map(({ work }) => work))];
  const tree = works[0] === undefined ? EMPTY_TREE : await treeOf(repository, works[0]);
  const train = { seq, entries };
  const commit = await commitTree(repository, { tree, parents: works, message: writeTrain(train) });
  const pushed = await pushRefs(repository, [{ ref: TRAIN_REF, from: look.trainCommit ?? '', to: commit }]);
  return pushed.kind === 'moved' ? { kind: 'moved', look: { ...look, trainCommit: commit, train } } : pushed;
}
