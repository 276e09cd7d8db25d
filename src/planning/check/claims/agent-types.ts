import { FALLBACK_AGENT, type Route } from '../../../plan/default-routes.ts';
import type { Task } from '../../../plan/plan.ts';
import { routeTask } from '../../../plan/route.ts';
import type { Rule, Subject } from '../check-rule.ts';
import { grouped, list } from '../words.ts';
import { type ClaimOf, claimsOf } from './claims-of.ts';

/** All of a plan that a person still surveys. */
const MOST_NAMED = 40;

/** As many as a configuration takes. */
const MOST_ROUTES = 500;

/** A table of agent types that leaves tasks out: these fall to the agent type of everything that has none. */
export const agentTypes: Rule = {
  name: 'claim-agent-type',
  find: (subject) => {
    const claims = claimsOf(subject, 'agent-type');
    const [first] = claims;
    if (first === undefined) return [];
    const routes = claims.slice(0, MOST_ROUTES).map(({ claim }) => routeOf(claim));
    const left = subject.plan.tasks.filter((task) => !isMatched(task, routes));
    if (left.length === 0) return [];
    return [{ path: first.path, message: `the table of agent types (${first.where}) ${coverage(left, subject)}` }];
  },
};

function coverage(left: readonly Task[], { plan }: Subject): string {
  const all = plan.tasks.length;
  const named = list(
    left.map(({ id }) => id),
    MOST_NAMED,
  );
  return `matches ${grouped(all - left.length)} of ${grouped(all)} tasks and leaves to \`${FALLBACK_AGENT}\`: ${named}; add a route or a \`category\` for those that need another`;
}

function routeOf({ match, category }: ClaimOf<'agent-type'>): Route {
  return { match, category: [category.toLowerCase()], agent: 'matched' };
}

/** Asked of the router itself, so that both read ids and categories alike. */
function isMatched({ id, category }: Task, routes: readonly Route[]): boolean {
  const asked = category === undefined ? { id } : { id, category: category.toLowerCase() };
  return routeTask(asked, { agents: {}, routes }).agent === 'matched';
}
