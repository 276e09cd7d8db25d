import { type AttemptFailure, failure } from '../protocol/assignment.ts';
import type { JobContext } from '../protocol/job.ts';
import type { Repository } from './git.ts';
import { writeTree } from './workspace.ts';

/**
 * Takes the work as a tree. What git cannot take, as a repository without a commit inside of this one, is the work's
 * fault and nobody else's.
 */
export async function snapshotWorktree(
  repository: Repository,
  job: JobContext,
): Promise<{ readonly tree: string } | { readonly failure: AttemptFailure }> {
  try {
    return { tree: await writeTree(repository, job) };
  } catch (problem) {
    const what = problem instanceof Error ? problem.message : String(problem);
    return { failure: failure(`git cannot take the work from the checkout: ${what}`) };
  }
}
