import { changedPaths } from '../../../packages/embedded-github/src/git/changed-files.ts';
import { mergePaths } from '../../../packages/embedded-github/src/git/merge-paths.ts';
import { EMPTY_TREE_ID } from '../../../packages/embedded-github/src/git/tree-entries.ts';
import { projectedPaths } from '../../../src/plan/projected-paths.ts';
import { ACTIONS_LOGIN, claimRef } from '../../../src/state/names.ts';
import { readLanding } from '../../../src/task/git/trailers.ts';
import type { Work } from '../../../src/task/git/work.ts';
import { readTrain, TRAIN_REF, writeTrain } from '../../../src/task/land/train/train.ts';
import type { TrainRepository } from '../../../src/task/land/train/train-repository.ts';
import { PLAN_PATH } from '../world/files.ts';
import type { Town } from '../world/town.ts';
import type { GitRefs } from './git-refs.ts';
import type { RunClaim } from './run-claim.ts';
import type { TaskRunInput } from './run-input.ts';

const PROJECTED = new Set(projectedPaths({ plan: PLAN_PATH, progress: 'PROGRESS.md' }));

/** The repository of one run as the merge train asks for it: what `gitTrain` asks of git is asked of memory. */
export function worldTrain(input: TaskRunInput, claim: RunClaim): TrainRepository {
  const { git, look, dispatch, landing } = input;
  return {
    keepsClaims: landing !== 'push',
    look: async () => {
      const sight = look();
      const head = sight.head();
      const trainCommit = sight.read(TRAIN_REF);
      const train = readTrain(trainCommit === undefined ? '' : (await git.commit(trainCommit)).message);
      const claims = [dispatch.issue, ...train.entries.map(({ issue }) => issue)].flatMap((issue) => {
        const held = sight.read(claimRef(issue));
        return held === undefined ? [] : [[issue, held] as const];
      });
      return { head, tree: (await git.commit(head)).tree, trainCommit, train, claims: new Map(claims) };
    },
    isAncestor: ({ commit, head }) => git.isAncestor(commit, head),
    landingsOn: async ({ head, since, issues }) => {
      const before = new Set((await git.history(await resolved(git, since))).map(({ oid }) => oid));
      return (await git.history(head)).flatMap(({ oid, message }) => {
        const landing = before.has(oid) ? undefined : readLanding(`${oid}\n${message}`);
        return landing && issues.includes(landing.issue) ? [landing] : [];
      });
    },
    moveTrain: async ({ look: seen, seq, entries }) => {
      const train = { seq, entries };
      const parents = [...new Set(entries.map(({ work }) => work))];
      const to = git.write({ tree: EMPTY_TREE_ID, parents, message: writeTrain(train), by: ACTIONS_LOGIN });
      const answer = await claim.push([{ ref: TRAIN_REF, from: seen.trainCommit ?? null, to }]);
      if (answer === 'moved') return { kind: 'moved', look: { ...seen, trainCommit: to, train } };
      return answer === 'stale' ? { kind: 'stale', refs: new Set() } : { kind: 'unclear', text: 'no answer' };
    },
    treeOf: async (commit) => (await git.commit(commit)).tree,
    treeIfThere: async (of) =>
      git.commit(of).then(
        ({ tree }) => tree,
        () => of,
      ),
    commitWork: async ({ from, tree }) =>
      git.write({ tree, parents: [from], message: `${dispatch.task}: waits to land`, by: ACTIONS_LOGIN }),
    readWorks: async (commits) =>
      new Map(await Promise.all(commits.map(async (of) => [of, await workOf(git, of)] as const))),
    bringOnto: async ({ work, onto }) => {
      const tree = await mergePaths(git.repository, { base: work.start, ours: onto, theirs: work.tree });
      return tree === null
        ? { kind: 'conflict', tree: onto, files: [`work/${dispatch.task}.md`] }
        : { kind: 'merged', tree };
    },
    differencesFrom: async ({ from, to }) =>
      new Map(
        await Promise.all(
          to.map(async (tree) => [tree, await differences(git.repository, { from, to: tree })] as const),
        ),
      ),
  };
}

/** What a tree is but for what the app projects: the same for trees that are the same without that. */
export function contentOf(git: GitRefs, tree: string): Promise<string> {
  return differences(git.repository, { from: EMPTY_TREE_ID, to: tree });
}

async function differences(
  repository: Town['repository'],
  { from, to }: { readonly from: string; readonly to: string },
): Promise<string> {
  const paths = (await changedPaths(repository, { from, to })).filter(({ path }) => !PROJECTED.has(path));
  const changes = paths.map(async ({ path }) => `${path} ${(await repository.objects.read(`${to}:${path}`))?.oid}\n`);
  return (await Promise.all(changes)).join('');
}

async function workOf(git: GitRefs, of: string): Promise<Work> {
  const { tree, parents } = await git.commit(of);
  return { tree, start: (await git.commit(parents[0] ?? of)).tree };
}

/** @param name A commit, or with `^` its parent. */
async function resolved(git: GitRefs, name: string): Promise<string> {
  if (!name.endsWith('^')) return name;
  return (await git.commit(name.slice(0, -1))).parents[0] ?? name.slice(0, -1);
}
