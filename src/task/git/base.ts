import { fetchedCommit, fetchRefs } from './fetch.ts';
import { git, gitText, type Repository } from './git.ts';

const LOCAL = 'refs/agent-waves/base';

/**
 * Fetches the branch that work lands on, with its history and the tags on it. A run may stand on an older commit: GitHub
 * starts it on what it was sent.
 * @param branch Short name; `HEAD` is the default branch.
 * @returns The commit at its tip.
 */
export async function fetchBase(repository: Repository, branch: string): Promise<string> {
  const source = branch === 'HEAD' ? 'HEAD' : `refs/heads/${branch}`;
  const answer = await fetchRefs(repository, { refspecs: [`+${source}:${LOCAL}`], tags: true });
  if (!answer.ok)
    throw new Error(`branch ${branch} cannot be fetched from ${repository.remote}: ${answer.stderr.trim()}`);
  return (await fetchedCommit(repository, LOCAL)) ?? gitText(repository, ['rev-parse', LOCAL]);
}

/** @returns Paths in which two commits or trees differ. */
export async function changedPaths(
  repository: Repository,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<readonly string[]> {
  const listed = await gitText(repository, ['diff-tree', '-r', '-z', '--no-renames', '--name-only', from, to]);
  return listed.split('\0').filter(Boolean);
}

export async function isAncestor(
  repository: Repository,
  { commit, head }: { readonly commit: string; readonly head: string },
): Promise<boolean> {
  return (await git(repository, ['merge-base', '--is-ancestor', commit, head])).ok;
}
