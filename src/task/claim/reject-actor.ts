import { API_VERSION, type Client } from '../../github/octokit.ts';
import { ACTIONS_LOGIN } from '../../state/names.ts';
import type { JobContext } from '../protocol/job.ts';
import type { TaskIssue } from './issue.ts';

const MAY_WRITE = new Set(['write', 'maintain', 'admin']);

/**
 * Who started this run: the app that writes the issue, GITHUB_TOKEN of a workflow of this repository, or a person who
 * may write here. GitHub asks for write access to dispatch; a role that was taken away since, and other apps, it lets
 * pass.
 * @returns Why the run does nothing, or undefined when it may go on. One request where a person started it.
 */
export async function rejectActor(
  client: Client,
  { job, issue }: { readonly job: JobContext; readonly issue: TaskIssue },
): Promise<string | undefined> {
  const { actor } = job;
  if (actor === ACTIONS_LOGIN || issue.bots.includes(actor)) return undefined;
  if (actor.endsWith('[bot]')) return `${actor} started it, which is not the app that keeps this plan`;
  if (actor && (await mayWriteHere(client, { job, login: actor }))) return undefined;
  return `${actor || 'nobody that GitHub names'} started it, who may not write to this repository`;
}

/** Whether somebody may write to the repository now. One request. */
export async function mayWriteHere(
  client: Client,
  { job: { owner, repository }, login }: { readonly job: JobContext; readonly login: string },
): Promise<boolean> {
  try {
    const { data } = await client.request('GET /repos/{owner}/{repo}/collaborators/{username}/permission', {
      owner,
      repo: repository,
      username: login,
      headers: API_VERSION,
    });
    return MAY_WRITE.has(data.permission);
  } catch (error) {
    // There is no such account any more.
    if ((error as { readonly status?: number }).status === 404) return false;
    throw error;
  }
}
