import { unlessMissing } from '../../github/errors.ts';
import { API_VERSION, type Client } from '../../github/octokit.ts';
import type { RequestBudget } from '../../state/request-budget.ts';

/**
 * What the token may still ask, of requests or of GraphQL points, whichever is less. The question itself costs nothing
 * (https://docs.github.com/en/rest/rate-limit/rate-limit).
 * @returns Undefined where GitHub counts nothing, as an Enterprise Server may.
 */
export async function readBudget(client: Client): Promise<RequestBudget | undefined> {
  const told = await unlessMissing(client.request('GET /rate_limit', { headers: API_VERSION }));
  if (!told) return undefined;
  const { core, graphql = core } = told.data.resources;
  const least = graphql.remaining < core.remaining ? graphql : core;
  return { left: least.remaining, resetAt: least.reset * 1000 };
}
