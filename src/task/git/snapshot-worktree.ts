import { type Failure, failure } from '../protocol/assignment.ts';
import type { Job } from '../protocol/job.ts';
import type { Repository } from './git.ts';
import { writeTree } from './workspace.ts';

/**
 * Takes the work as a tree. What git cannot take, as a repository without a commit inside of this one, is the work's
 * fault and nobody else's.
 */
export async function takeWork(
  repository: Repository,
  job: Job,
): Promise<{ readonly tree: string } | { readonly failure: Failure }> {
  try {
    return { tree: await writeTree(repository, job) };
  } catch (problem) {
    const what = problem instanceof Error ? problem.message : String(problem);
    return { failure: failure(`git cannot take the work from the checkout: ${what}`) };
  }
}
