import { toFailure } from '../../github/errors.ts';
import { API_VERSION, type Client } from '../../github/octokit.ts';
import type { RequestBudget } from '../../state/request-budget.ts';

/**
 * What the token may still ask, of requests or of GraphQL points, whichever is less. The question itself costs nothing
 * (https://docs.github.com/en/rest/rate-limit/rate-limit).
 * @returns Undefined where GitHub counts nothing, as an Enterprise Server may.
 */
export async function readBudget(client: Client): Promise<RequestBudget | undefined> {
  try {
    const { data } = await client.request('GET /rate_limit', { headers: API_VERSION });
    const { core, graphql = core } = data.resources;
    const least = graphql.remaining < core.remaining ? graphql : core;
    return { left: least.remaining, resetAt: least.reset * 1000 };
  } catch (error) {
    const failure = toFailure(error);
    if (failure.kind === 'refused' && failure.status === 404) return undefined;
    throw error;
  }
}
