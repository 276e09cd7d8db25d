import { type AgentRoute, FALLBACK_AGENT } from '../../../plan/default-routes.ts';
import type { Task } from '../../../plan/plan.ts';
import { routeTask } from '../../../plan/route.ts';
import type { CheckRule, RuleInput } from '../check-rule.ts';
import { groupThousands, list } from '../words.ts';
import { type ClaimOf, claimsOf } from './claims-of.ts';

/** All of a plan that a person still surveys. */
const MAX_NAMED = 40;

/** As many as a configuration takes. */
const MAX_ROUTES = 500;

/** A table of agent types that leaves tasks out: these fall to the agent type of everything that has none. */
export const agentTypes: CheckRule = {
  name: 'claim-agent-type',
  about: 'agent types that the document states otherwise',
  find: (input) => {
    const claims = claimsOf(input, 'agent-type');
    const [first] = claims;
    if (first === undefined) return [];
    const routes = claims.slice(0, MAX_ROUTES).map(({ claim }) => routeOf(claim));
    const left = input.plan.tasks.filter((task) => !isMatched(task, routes));
    if (left.length === 0) return [];
    return [{ path: first.path, message: `the table of agent types (${first.where}) ${coverage(left, input)}` }];
  },
};

function coverage(left: readonly Task[], { plan }: RuleInput): string {
  const all = plan.tasks.length;
  const named = list(
    left.map(({ id }) => id),
    MAX_NAMED,
  );
  return `matches ${groupThousands(all - left.length)} of ${groupThousands(all)} tasks and leaves to \`${FALLBACK_AGENT}\`: ${named}; add a route or a \`category\` for those that need another`;
}

function routeOf({ match, category }: ClaimOf<'agent-type'>): AgentRoute {
  return { match, category: [category.toLowerCase()], agent: 'matched' };
}

/** Asked of the router itself, so that both read ids and categories alike. */
function isMatched({ id, category }: Task, routes: readonly AgentRoute[]): boolean {
  const asked = category === undefined ? { id } : { id, category: category.toLowerCase() };
  return routeTask(asked, { agents: {}, routes }).agent === 'matched';
}
