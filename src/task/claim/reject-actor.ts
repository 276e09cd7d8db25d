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
  if (actor && MAY_WRITE.has(await permissionOf(client, job))) return undefined;
  return `${actor || 'nobody that GitHub names'} started it, who may not write to this repository`;
}

async function permissionOf(client: Client, { owner, repository, actor }: JobContext): Promise<string> {
  try {
    const { data } = await client.request('GET /repos/{owner}/{repo}/collaborators/{username}/permission', {
      owner,
      repo: repository,
      username: actor,
      headers: API_VERSION,
    });
    return data.permission;
  } catch (error) {
    // There is no such account any more.
    if ((error as { readonly status?: number }).status === 404) return 'none';
    throw error;
  }
}
