import { API_VERSION } from '../../github/octokit.ts';
import { LABEL } from '../../state/names.ts';
import { readGroupRecord } from '../../state/record.ts';
import type { GitHubAccess } from '../init/github-facts.ts';

/**
 * Under whose name the plan of a repository is kept: what others wrote counts for nothing that reads it.
 * @returns The author of the oldest open plan issue with a record, else of the newest closed one; undefined without any.
 */
export async function findKeeper({ client, locator }: GitHubAccess): Promise<string | undefined> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/issues', {
    ...locator,
    labels: LABEL.plan,
    state: 'all',
    sort: 'created',
    direction: 'desc',
    per_page: 100,
    headers: API_VERSION,
  });
  const kept = data.filter(({ body }) => readGroupRecord(body ?? '') !== undefined);
  return (kept.findLast(({ state }) => state === 'open') ?? kept[0])?.user?.login;
}
