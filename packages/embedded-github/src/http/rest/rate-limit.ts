import { ok, routes } from './call.ts';

export const rateLimitRoutes = routes({
  /** Operation rate-limit/get. */
  'GET /rate_limit': ({ world: { budgets }, viewer, token }) => {
    const core = budgets.spent({ viewer, token }, 'core');
    const graphql = budgets.spent({ viewer, token }, 'graphql');
    // Searches are counted per minute, and nothing searches here.
    const search = { limit: 30, used: 0, remaining: 30, reset: core.reset };
    return ok({ resources: { core, graphql, search }, rate: core });
  },
});
