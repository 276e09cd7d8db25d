import type { RepositoryRecord } from '../model/records.ts';
import { commitsBetween, commonAncestor, isAncestor } from './ancestry.ts';
import { GitError, git } from './command.ts';
import { type GitCommit, readCommit, writeCommit } from './commits.ts';
import { memoryOf } from './in-memory.ts';
import { mergePaths } from './merge-paths.ts';
import { remember } from './remember.ts';

interface Heads {
  readonly ours: string;
  readonly theirs: string;
}

/** The tree of merging `theirs` into `ours`, null when they conflict. No ref and no working copy is touched. */
export const mergeTrees = remember(({ ours, theirs }: Heads) => `${ours} ${theirs}`, merge);

async function merge(repository: RepositoryRecord, { ours, theirs }: Heads): Promise<string | null> {
  if (await isAncestor(repository, { older: theirs, newer: ours })) return treeOf(repository, ours);
  if (await isAncestor(repository, { older: ours, newer: theirs })) return treeOf(repository, theirs);
  if (memoryOf(repository.gitDir)) return mergeInMemory(repository, { ours, theirs });
  try {
    const output = await git(repository.gitDir, ['merge-tree', '--write-tree', '--no-messages', ours, theirs]);
    return output.toString('utf8').split('\n')[0] ?? null;
  } catch (error) {
    // A conflict ends with 1 and its list on standard output; histories without a common root cannot merge at all.
    if (error instanceof GitError && (error.stderr === '' || error.stderr.includes('unrelated histories'))) return null;
    throw error;
  }
}

/** There is no git to ask. */
async function mergeInMemory(repository: RepositoryRecord, { ours, theirs }: Heads): Promise<string | null> {
  const ancestor = await commonAncestor(repository, { base: ours, head: theirs });
  const [base, own, other] = await Promise.all(
    [ancestor, ours, theirs].map((each) => each && treeOf(repository, each)),
  );
  return base && own && other ? mergePaths(repository, { base, ours: own, theirs: other }) : null;
}

async function treeOf(repository: RepositoryRecord, commit: string): Promise<string | null> {
  return (await readCommit(repository, commit))?.tree ?? null;
}

/** The commits of `head` one by one on top of `base`, null when one of them conflicts. */
export async function rebaseCommits(
  repository: RepositoryRecord,
  { base, head, now }: { readonly base: string; readonly head: string; readonly now: number },
): Promise<string | null> {
  let top = base;
  for (const commit of await commitsBetween(repository, { from: base, to: head })) {
    if (commit.parents.length > 1) continue;
    const picked = await pick(repository, { commit, onto: top, now });
    if (picked === null) return null;
    top = picked;
  }
  return top;
}

/** `git merge-tree` takes the merge base as an option since 2.40 only: a stand-in with the right parent gives it one. */
async function pick(
  repository: RepositoryRecord,
  { commit, onto, now }: { readonly commit: GitCommit; readonly onto: string; readonly now: number },
): Promise<string | null> {
  const [parent] = commit.parents;
  const top = await readCommit(repository, onto);
  if (parent === undefined || top === null) return null;
  const { author, message } = commit;
  const standIn = writeCommit(repository, { tree: top.tree, parents: [parent], message: 'stand-in', author, now });
  const tree = await mergeTrees(repository, { ours: standIn, theirs: commit.oid });
  return tree && writeCommit(repository, { tree, parents: [onto], message, author, now });
}
