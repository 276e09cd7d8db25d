import { graphql } from '../graphql.ts';
import { API_VERSION, ONCE } from '../octokit.ts';
import { applied, type EffectOf, failed, type RequestExecutor, skipped } from './executor.ts';

/** Whatever was to merge it by itself ends first. What was not waiting there cannot be taken out: that is no failure. */
const WITHDRAW = `mutation Withdraw($pull: ID!) {
  queue: dequeuePullRequest(input: { id: $pull }) { clientMutationId }
  auto: disablePullRequestAutoMerge(input: { pullRequestId: $pull }) { clientMutationId }
  closed: closePullRequest(input: { pullRequestId: $pull }) { pullRequest { number } }
}`;

export const closePull: RequestExecutor<EffectOf<'close-pull'>> = {
  phase: 'refusals',
  request: async ({ branch }, { client, locator }) => {
    const { data: open } = await client.request('GET /repos/{owner}/{repo}/pulls', {
      ...locator,
      state: 'open',
      head: `${locator.owner}:${branch}`,
      headers: API_VERSION,
    });
    if (open.length === 0) return skipped(`no pull request of ${branch} is open`);
    for (const { node_id: pull, number } of open) {
      const { data, errors } = await graphql(client, { query: WITHDRAW, variables: { pull }, request: ONCE });
      if (data.closed) continue;
      const why = errors.find(({ path }) => path?.[0] === 'closed')?.message ?? 'no answer';
      return failed(`#${number} could not be closed: ${why}`);
    }
    return applied();
  },
};
