import { fetchRefs, resolveFetched } from './fetch.ts';
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
  return resolveFetched(repository, LOCAL);
}

/** Two commits or trees. */
interface Ends {
  readonly from: string;
  readonly to: string;
}

/** The files that the app writes, and no task. */
interface Projected {
  readonly plan: string;
  readonly progress: string;
}

/** @returns Paths in which they differ. */
export async function changedPaths(repository: Repository, { from, to }: Ends): Promise<readonly string[]> {
  const listed = await gitText(repository, ['diff-tree', '-r', '-z', '--no-renames', '--name-only', from, to]);
  return listed.split('\0').filter(Boolean);
}

/** @returns The same but for what the app projects: with these alone, trees are the same. */
export async function changedBesides(
  repository: Repository,
  { projected: { plan, progress }, ...ends }: Ends & { readonly projected: Projected },
): Promise<readonly string[]> {
  return (await changedPaths(repository, ends)).filter((path) => path !== plan && path !== progress);
}

export async function isAncestor(
  repository: Repository,
  { commit, head }: { readonly commit: string; readonly head: string },
): Promise<boolean> {
  return (await git(repository, ['merge-base', '--is-ancestor', commit, head])).ok;
}
