import { changedPaths } from '../git/base.ts';
import { git, gitText, type Repository } from '../git/git.ts';
import { type MergeResult, mergeTrees } from '../git/merge-trees.ts';
import { bringOnto, readWorks, treeOf } from '../git/work.ts';
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

interface SavedWork {
  readonly kind: 'checkpoint' | 'pull';
  readonly work: string;
  /** Of the base. */
  readonly head: string;
}

/**
 * Puts saved work back into the checkout, onto the newest base. Where others changed the same lines meanwhile, the
 * files hold both sides, for the agent to resolve.
 *
 * @param input.work A checkpoint, which changes its parent, or the head of a pull request, which has a history in common
 *   with the base.
 */
export async function restoreWork(
  repository: Repository,
  { job, ...given }: SavedWork & { readonly job: JobContext },
): Promise<Restored> {
  const { head } = given;
  const merged = await bringSaved(repository, given);
  await readTree(repository, { job, tree: merged.tree });
  return {
    tree: merged.tree,
    changed: await changedPaths(repository, { from: head, to: merged.tree }),
    conflicts: merged.kind === 'conflict' ? merged.files : [],
  };
}

/** What is in a pull request besides is people's own, and so is what they have merged into it. */
async function bringSaved(repository: Repository, { kind, work, head }: SavedWork): Promise<MergeResult> {
  const own = kind === 'checkpoint' ? (await readWorks(repository, [work])).get(work) : undefined;
  if (!own) return mergeTrees(repository, { ours: head, theirs: work });
  return bringOnto(repository, { work: own, onto: await treeOf(repository, head) });
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
