import type { Failure } from '../errors.ts';
import { API_VERSION } from '../octokit.ts';
import { applied, type EffectOf, failed, type RequestExecutor, skipped, WRITE } from './executor.ts';

/** The branch of a plan and the pull requests of its waves. What GitHub would not do is remembered: asking again would only be refused again. */

export const createBranch: RequestExecutor<EffectOf<'create-branch'>> = {
  phase: 'references',
  request: async ({ branch, from }, { client, locator, snapshot }) => {
    const ref = `refs/heads/${branch}`;
    await client.request('POST /repos/{owner}/{repo}/git/refs', { ...locator, ref, sha: from, ...WRITE });
    return applied({ kind: 'branch-created', branch, from, at: snapshot.now });
  },
  onFailure: (failure, { branch, from }, { snapshot }) => {
    const { message } = failure;
    if (existsAlready(failure)) return skipped(message, { kind: 'branch-created', branch, from, at: snapshot.now });
    return failure.kind === 'refused'
      ? failed(message, { kind: 'branch-refused', branch, what: message })
      : failed(message);
  },
};

/** 201 with a merge commit, or 204 where there was nothing to bring over; both leave nothing to do. */
export const mergeBranch: RequestExecutor<EffectOf<'merge-branch'>> = {
  phase: 'references',
  request: async ({ into, from, head }, { client, locator }) => {
    await client.request('POST /repos/{owner}/{repo}/merges', {
      ...locator,
      base: into,
      head: from,
      commit_message: `Merge ${from} into ${into}`,
      ...WRITE,
    });
    return applied({ kind: 'merged', head });
  },
  onFailure: ({ kind, message }, { head }) =>
    kind === 'refused' ? skipped(message, { kind: 'merged', head, conflict: message }) : undefined,
};

export const openPull: RequestExecutor<EffectOf<'open-pull'>> = {
  phase: 'references',
  request: async ({ branch, base, title, body }, { client, locator }) => {
    const { data } = await client.request('POST /repos/{owner}/{repo}/pulls', {
      ...locator,
      head: branch,
      base,
      title,
      body,
      ...WRITE,
    });
    return applied({ kind: 'pull-opened', branch, number: data.number });
  },
  onFailure: async (failure, { branch }, { client, locator }) => {
    const { kind, message } = failure;
    if (kind !== 'refused') return undefined;
    if (!existsAlready(failure)) return skipped(message, { kind: 'pull-refused', branch, what: message });
    // It was opened before, by a process that is no more.
    const { data } = await client.request('GET /repos/{owner}/{repo}/pulls', {
      ...locator,
      state: 'open',
      head: `${locator.owner}:${branch}`,
      per_page: 1,
      headers: API_VERSION,
    });
    const [found] = data;
    // Where it is not shown yet, a later pass looks again.
    return found ? skipped(message, { kind: 'pull-opened', branch, number: found.number }) : undefined;
  },
};

function existsAlready(failure: Failure): boolean {
  return failure.kind === 'refused' && failure.status === 422 && /already exists/i.test(failure.message);
}
