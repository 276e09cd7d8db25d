import { API_VERSION, type Client, ONCE } from '../../github/octokit.ts';
import { isAmbiguous } from '../claim/issue.ts';
import type { JobContext } from '../protocol/job.ts';

/** Pull requests of one task's branch, over REST. Creating and merging are never sent twice without a look. */

export interface TaskPullRequest {
  readonly number: number;
  readonly nodeId: string;
  readonly head: string;
}

export interface PullRequestText {
  readonly title: string;
  readonly body: string;
}

/** @returns The open pull request from this branch to that base. */
async function findPullRequest(
  client: Client,
  {
    job: { owner, repository },
    branch,
    base,
  }: { readonly job: JobContext; readonly branch: string; readonly base: string },
): Promise<TaskPullRequest | undefined> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/pulls', {
    owner,
    repo: repository,
    state: 'open',
    head: `${owner}:${branch}`,
    base,
    per_page: 1,
    headers: API_VERSION,
  });
  return data[0] && toPullRequest(data[0]);
}

/** Opens the pull request, or brings the text of the one that is open up to date. @throws as GitHub refuses. */
export async function openPullRequest(
  client: Client,
  {
    job,
    branch,
    base,
    title,
    body,
  }: PullRequestText & { readonly job: JobContext; readonly branch: string; readonly base: string },
): Promise<TaskPullRequest> {
  const target = { owner: job.owner, repo: job.repository };
  const open = await findPullRequest(client, { job, branch, base });
  if (open) {
    await client.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
      ...target,
      pull_number: open.number,
      title,
      body,
      headers: API_VERSION,
    });
    return open;
  }
  try {
    const { data } = await client.request('POST /repos/{owner}/{repo}/pulls', {
      ...target,
      head: branch,
      base,
      title,
      body,
      headers: API_VERSION,
      request: ONCE,
    });
    return toPullRequest(data);
  } catch (error) {
    const made = isAmbiguous(error) ? await findPullRequest(client, { job, branch, base }) : undefined;
    if (made) return made;
    throw error;
  }
}

export type PullRequestState =
  | { readonly kind: 'open' }
  /** Without having been merged. */
  | { readonly kind: 'closed' }
  /** As this commit of its base. */
  | { readonly kind: 'merged'; readonly commit: string };

/** One that cannot be seen yet, as a read right after a write may be, counts as open. */
export async function readPullRequest(
  client: Client,
  { job, number }: { readonly job: JobContext; readonly number: number },
): Promise<PullRequestState> {
  try {
    const { data } = await client.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
      owner: job.owner,
      repo: job.repository,
      pull_number: number,
      headers: API_VERSION,
    });
    if (data.merged && data.merge_commit_sha) return { kind: 'merged', commit: data.merge_commit_sha };
    return { kind: data.state === 'open' ? 'open' : 'closed' };
  } catch (error) {
    if ((error as { readonly status?: number }).status !== 404) throw error;
    return { kind: 'open' };
  }
}

export type MergeAnswer =
  | { readonly kind: 'merged'; readonly commit: string }
  /** The head is not the one that was verified any more. */
  | { readonly kind: 'moved' }
  /** A rule, a missing review or a check that has not passed: GitHub's words. */
  | { readonly kind: 'refused'; readonly words: string };

/** Squashes the pull request onto its base under our message, if its head is still this one. */
export async function mergePullRequest(
  client: Client,
  {
    job,
    number,
    head,
    title,
    message,
  }: {
    readonly job: JobContext;
    readonly number: number;
    readonly head: string;
    readonly title: string;
    readonly message: string;
  },
): Promise<MergeAnswer> {
  const target = { owner: job.owner, repo: job.repository, pull_number: number };
  try {
    const { data } = await client.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
      ...target,
      sha: head,
      merge_method: 'squash',
      commit_title: title,
      commit_message: message,
      headers: API_VERSION,
      request: ONCE,
    });
    return { kind: 'merged', commit: data.sha };
  } catch (error) {
    const { status, message: words } = error as { readonly status?: number; readonly message: string };
    if (isAmbiguous(error)) {
      const state = await readPullRequest(client, { job, number });
      return state.kind === 'merged' ? state : { kind: 'moved' };
    }
    // 405, too: "Base branch was modified. Review and try the merge again."
    if (status === 409 || /branch was modified/i.test(words)) return { kind: 'moved' };
    if (status === 405 || status === 403 || status === 422) return { kind: 'refused', words };
    throw error;
  }
}

/**
 * Lets GitHub merge the pull request by itself once its reviews and checks are there; with a merge queue, it goes
 * through the queue.
 * @returns Why not, in GitHub's words; undefined when it will.
 */
export async function enableAutoMerge(
  client: Client,
  { nodeId, title, message }: { readonly nodeId: string; readonly title: string; readonly message: string },
): Promise<string | undefined> {
  try {
    await client.graphql(
      `mutation MergeWhenReady($pull: ID!, $title: String!, $message: String!) {
  enablePullRequestAutoMerge(input: { pullRequestId: $pull, mergeMethod: SQUASH, commitHeadline: $title, commitBody: $message }) {
    clientMutationId
  }
}`,
      { pull: nodeId, title, message },
    );
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Nobody is to merge it: what it holds was refused while it was opened. */
export async function closePullRequest(
  client: Client,
  { job, number }: { readonly job: JobContext; readonly number: number },
): Promise<void> {
  await client.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
    owner: job.owner,
    repo: job.repository,
    pull_number: number,
    state: 'closed',
    headers: API_VERSION,
  });
}

function toPullRequest(data: { number: number; node_id: string; head: { sha: string } }): TaskPullRequest {
  return { number: data.number, nodeId: data.node_id, head: data.head.sha };
}
