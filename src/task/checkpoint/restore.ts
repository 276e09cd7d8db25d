import type { Repository } from '../git/git.ts';
import { gitText } from '../git/git.ts';
import { readTree, resetWorkspace } from '../git/workspace.ts';
import type { Job } from '../job.ts';
import { mergeTrees } from '../land/merge.ts';
import type { Checkpoint } from './checkpoint.ts';

export interface Restored {
  /** The commit of the base that the restored files stand on. */
  readonly base: string;
}

/**
 * Puts saved work back into the checkout: onto the newest base, or, where others changed the same lines meanwhile, onto
 * the commit that it was made on, and landing finds the conflict.
 */
export async function restoreWorkspace(
  repository: Repository,
  job: Job,
  { checkpoint, head }: { readonly checkpoint: Pick<Checkpoint, 'workspace'>; readonly head: string },
): Promise<Restored> {
  const merged = await mergeTrees(repository, head, checkpoint.workspace);
  if (merged.kind === 'merged') {
    await readTree(repository, job, merged.tree);
    return { base: head };
  }
  const base = await gitText(repository, ['rev-parse', `${checkpoint.workspace}^`]);
  await resetWorkspace(job, base);
  await readTree(repository, job, `${checkpoint.workspace}^{tree}`);
  return { base };
}
