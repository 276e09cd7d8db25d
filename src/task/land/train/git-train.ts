import { CLAIMS } from '../../../state/names.ts';
import { differencesFrom, isAncestor } from '../../git/base.ts';
import { fetchRefs, listFetched } from '../../git/fetch.ts';
import { git, type Repository } from '../../git/git.ts';
import { landingsOn } from '../../git/landings.ts';
import { commitTree } from '../../git/merge-trees.ts';
import { bringOnto, readWorks, treeIfThere, treeOf } from '../../git/work.ts';
import type { Assignment } from '../../protocol/assignment.ts';
import { moveTrain } from './move-train.ts';
import { NO_TRAIN, readTrain, TRAIN_REF, type Train } from './train.ts';
import type { Look, TrainRepository } from './train-repository.ts';

const LOCAL = 'refs/agent-waves/tip/';

/** The repository of a run, with the remote that all runs share. */
export function gitTrain(repository: Repository, { base, dispatch, rules }: Assignment): TrainRepository {
  return {
    keepsClaims: rules.landing !== 'push',
    look: (known) => look(repository, { branch: base.branch, known }),
    isAncestor: (of) => isAncestor(repository, of),
    landingsOn: (asked) => landingsOn(repository, asked),
    moveTrain: (move) => moveTrain(repository, move),
    treeOf: (commit) => treeOf(repository, commit),
    treeIfThere: (of) => treeIfThere(repository, of),
    commitWork: ({ from, tree }) =>
      commitTree(repository, { tree, parents: [from], message: `${dispatch.task}: waits to land` }),
    readWorks: (commits) => readWorks(repository, commits),
    bringOnto: (asked) => bringOnto(repository, asked),
    differencesFrom: (asked) => differencesFrom(repository, { ...asked, projected: rules }),
  };
}

async function look(
  repository: Repository,
  { branch, known }: { readonly branch: string; readonly known: Look | undefined },
): Promise<Look | { readonly silent: string }> {
  // Each pattern goes to the server as a prefix: a name that is not there would be an error, and no train is usual.
  const refspecs = [
    `+refs/heads/${branch}:${LOCAL}base`,
    `+${TRAIN_REF}*:${LOCAL}train*`,
    `+${CLAIMS}*:${LOCAL}claims/*`,
  ];
  // The first look asks several times; a later one is followed by another.
  const fetched = await fetchRefs(repository, { refspecs, flags: ['--prune'], once: known !== undefined });
  if (!fetched.ok) return { silent: `${branch} cannot be fetched from ${repository.remote}: ${fetched.stderr.trim()}` };
  return readRefs(repository, known);
}

async function readRefs(repository: Repository, known: Look | undefined): Promise<Look> {
  const refs = await listFetched(repository, LOCAL);
  const base = refs.get('base');
  if (!base) throw new Error('the base is not on the remote');
  const trainCommit = refs.get('train')?.commit;
  const claims = [...refs].flatMap(([name, { commit }]) => {
    const issue = Number(/^claims\/(\d+)$/.exec(name)?.[1]);
    return issue ? [[issue, commit] as const] : [];
  });
  const train = trainCommit === known?.trainCommit ? known?.train : await trainAt(repository, trainCommit);
  return { head: base.commit, tree: base.tree, trainCommit, train: train ?? NO_TRAIN, claims: new Map(claims) };
}

async function trainAt(repository: Repository, commit: string | undefined): Promise<Train> {
  if (commit === undefined) return NO_TRAIN;
  // Somebody may have pointed the ref at anything.
  const { stdout } = await git(repository, ['log', '-1', '--format=%P%n%B', commit]);
  const [parents = '', ...message] = stdout.split('\n');
  const { seq, entries } = readTrain(message.join('\n'));
  // A work that is no parent has not been fetched, and may be nowhere.
  return { seq, entries: entries.filter(({ work }) => parents.split(' ').includes(work)) };
}
