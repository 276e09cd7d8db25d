import type { Repository } from '../git/git.ts';
import type { Assignment } from '../protocol/assignment.ts';
import type { Environment, JobContext } from '../protocol/job.ts';
import type { CheckpointStore } from './checkpoint.ts';
import { gitStore } from './git-store.ts';

/** Where this run's checkpoints are kept, as the configuration says. @throws when a Redis server cannot be reached. */
export async function openStore(
  { job, environment }: { readonly job: JobContext; readonly environment: Environment },
  { dispatch, rules }: Pick<Assignment, 'dispatch' | 'rules'>,
  repository: Repository,
): Promise<CheckpointStore> {
  if (rules.checkpoint === 'git') return gitStore(repository, dispatch.issue);
  const url = environment.INPUT_REDIS_URL;
  if (!url)
    throw new Error(
      '`checkpoint: redis` needs the address of a server: give the action `redis-url` from a secret, or set `checkpoint: git`',
    );
  // Its client is large, and most runs need none.
  const { redisStore } = await import('./redis-store.ts');
  const place = `${new URL(job.remote).host}/${job.owner}/${job.repository}`;
  return redisStore(repository, { url, repository: place, issue: dispatch.issue, folder: job.folder });
}
