import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobContext } from '../protocol/job.ts';
import { warning } from '../protocol/workflow-commands.ts';
import { endIsolation, readIsolatedUser, reclaimCheckout } from './isolation.ts';
import { removePath } from './remove-path.ts';

/**
 * The last that a job does with its checkout: the user of the run is gone, and so is `.git`, which an agent may have
 * filled. The checkout action starts git there when the job ends, and when the next one begins on the same machine, as
 * the runner's user and with a token. It makes a new one where there is none.
 */
export async function leaveCheckout(job: JobContext): Promise<void> {
  const user = await readIsolatedUser(job);
  const owner = await lstat(job.workspace).catch(() => undefined);
  // A step that was killed has not given it back.
  if (user && owner?.uid === user.uid) await reclaimCheckout(user, job);
  await endIsolation(job);
  try {
    await removePath(join(job.workspace, '.git'));
  } catch (problem) {
    const why = problem instanceof Error ? problem.message : problem;
    warning('The checkout keeps its .git', `${why}; remove the folder before another job uses this machine`);
  }
}
