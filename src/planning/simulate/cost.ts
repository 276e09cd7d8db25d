import type { Config } from '../../plan/config.ts';
import { type Agent, FALLBACK_AGENT } from '../../plan/default-routes.ts';
import type { Plan, Task, TaskId } from '../../plan/plan.ts';
import { routeTask } from '../../plan/route.ts';
import type { Attempt } from './outcome-model.ts';

/** What things cost, in US dollars. */
export interface Prices {
  /** An hour of agent work on each task, where it is known. */
  readonly hourly: ReadonlyMap<TaskId, number>;
  /** Tasks for which it is not, in plan order. */
  readonly unpriced: readonly TaskId[];
  /** A minute of a workflow run; 0 where nobody says. */
  readonly actionsMinute: number;
  /** Longest that one run works on a task, in minutes: a longer task takes several. */
  readonly slice: number;
}

/** What attempts cost, in US dollars. */
export interface Cost {
  readonly agents: number;
  readonly actions: number;
  readonly total: number;
  /** Minutes of workflow runs as they are billed: each run rounded up. */
  readonly actionsMinutes: number;
  /** Tasks that ran and whose price nobody knows, in plan order: their work counts for nothing. */
  readonly unpriced: readonly TaskId[];
}

/**
 * A task's own price beats that of its agent type; a type without an entry of its own costs what general-purpose does,
 * which it is run as.
 *
 * @returns undefined where neither tasks nor configuration say what anything costs.
 */
export function pricesOf(
  plan: Plan,
  { agents, routes, prices, slice }: Pick<Config, 'agents' | 'routes' | 'prices' | 'slice'>,
): Prices | undefined {
  const hourly = new Map(
    plan.tasks.flatMap((task) => {
      const price = hourlyPrice(task, { agents, routes });
      return price === undefined ? [] : [[task.id, price]];
    }),
  );
  if (prices.actions_minute === undefined && hourly.size === 0) return undefined;
  const unpriced = plan.tasks.flatMap(({ id }) => (hourly.has(id) ? [] : [id]));
  return { hourly, unpriced, actionsMinute: prices.actions_minute ?? 0, slice };
}

export function costOf({ hourly, unpriced, actionsMinute, slice }: Prices, attempts: readonly Attempt[]): Cost {
  let agents = 0;
  let actionsMinutes = 0;
  const attempted = new Set<TaskId>();
  for (const { task, start, end } of attempts) {
    attempted.add(task);
    agents += ((end - start) / 3_600) * (hourly.get(task) ?? 0);
    actionsMinutes += billedMinutes((end - start) / 60, slice);
  }
  const actions = actionsMinutes * actionsMinute;
  return {
    agents,
    actions,
    total: agents + actions,
    actionsMinutes,
    unpriced: unpriced.filter((id) => attempted.has(id)),
  };
}

function hourlyPrice(task: Task, { agents, routes }: Pick<Config, 'agents' | 'routes'>): number | undefined {
  if (task.cost_per_hour !== undefined) return task.cost_per_hour;
  // The configuration's schema has the price; not everything that reads agents wants to know it.
  const known: Readonly<Record<string, Agent & { readonly cost_per_hour?: number }>> = agents;
  const { agent } = routeTask(task, { agents, routes });
  return (known[agent] ?? known[FALLBACK_AGENT])?.cost_per_hour;
}

function billedMinutes(minutes: number, slice: number): number {
  const whole = Math.floor(minutes / slice);
  return whole * Math.ceil(slice) + Math.ceil(minutes - whole * slice - 1e-9);
}
