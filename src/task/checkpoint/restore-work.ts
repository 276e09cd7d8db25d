import { changedPaths } from '../git/base.ts';
import { git, gitText, type Repository } from '../git/git.ts';
import { mergeTrees } from '../git/merge-trees.ts';
import { readTree } from '../git/workspace.ts';
import type { JobContext } from '../protocol/job.ts';

export interface Restored {
  /** The checkout as it is now. */
  readonly tree: string;
  /** Paths in which the checkout now differs from the base. */
  readonly changed: readonly string[];
  /** Files that others changed too: both sides are in them, between conflict markers. */
  readonly conflicts: readonly string[];
}

/**
 * Puts saved work back into the checkout, onto the newest base. Where others changed the same lines meanwhile, the
 * files hold both sides, for the agent to resolve.
 *
 * @param input.work A commit that has a history in common with the base: a checkpoint, or the head of a pull request.
 */
export async function restoreWork(
  repository: Repository,
  { job, work, head }: { readonly job: JobContext; readonly work: string; readonly head: string },
): Promise<Restored> {
  const merged = await mergeTrees(repository, { ours: head, theirs: work });
  await readTree(repository, { job, tree: merged.tree });
  return {
    tree: merged.tree,
    changed: await changedPaths(repository, { from: head, to: merged.tree }),
    conflicts: merged.kind === 'conflict' ? merged.files : [],
  };
}

/** @returns The tip of a branch of the remote, fetched; undefined when there is no such branch. */
export async function fetchBranch(repository: Repository, branch: string): Promise<string | undefined> {
  const local = 'refs/agent-waves/branch';
  const fetched = await git(
    repository,
    ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', repository.remote, `+refs/heads/${branch}:${local}`],
    { network: true },
  );
  return fetched.ok ? gitText(repository, ['rev-parse', local]) : undefined;
}
