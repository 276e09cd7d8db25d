import type { RepositoryRecord } from '../model/records.ts';
import { GitError, git } from './command.ts';
import { commitsBetween, type GitCommit, type Signature } from './commits.ts';

/** The tree of merging `theirs` into `ours`, null when they conflict. No ref and no working copy is touched. */
export async function mergeTrees(
  repository: RepositoryRecord,
  { ours, theirs }: { readonly ours: string; readonly theirs: string },
): Promise<string | null> {
  try {
    const output = await git(repository.gitDir, ['merge-tree', '--write-tree', '--no-messages', ours, theirs]);
    return output.toString('utf8').split('\n')[0] ?? null;
  } catch (error) {
    // A conflict ends with 1 and its list on standard output; histories without a common root cannot merge at all.
    if (error instanceof GitError && (error.stderr === '' || error.stderr.includes('unrelated histories'))) return null;
    throw error;
  }
}

interface NewCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: Signature;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A commit as GitHub's own merges are: the author's, committed by GitHub. */
export async function commitTree(repository: RepositoryRecord, wanted: NewCommit): Promise<string> {
  const seconds = (ms: number) => `${Math.floor(ms / 1000)} +0000`;
  const output = await git(
    repository.gitDir,
    ['commit-tree', wanted.tree, ...wanted.parents.flatMap((parent) => ['-p', parent])],
    {
      input: wanted.message,
      env: {
        GIT_AUTHOR_NAME: wanted.author.name,
        GIT_AUTHOR_EMAIL: wanted.author.email,
        GIT_AUTHOR_DATE: seconds(wanted.author.date),
        GIT_COMMITTER_NAME: 'GitHub',
        GIT_COMMITTER_EMAIL: 'noreply@github.com',
        GIT_COMMITTER_DATE: seconds(wanted.now),
      },
    },
  );
  return output.toString('utf8').trim();
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
  const parent = commit.parents[0];
  if (parent === undefined) return null;
  const { author, message } = commit;
  const standIn = await commitTree(repository, {
    tree: `${onto}^{tree}`,
    parents: [parent],
    message: 'stand-in',
    author,
    now,
  });
  const tree = await mergeTrees(repository, { ours: standIn, theirs: commit.oid });
  return tree && commitTree(repository, { tree, parents: [onto], message, author, now });
}
