import type { Config } from '../../plan/config.ts';
import { criticalPath } from '../../plan/critical-path.ts';
import { buildGraph } from '../../plan/graph.ts';
import type { Plan } from '../../plan/plan.ts';
import type { PlanForecast, PlanOutlook } from '../../plan/plan-change.ts';
import { costOf, pricesOf } from '../simulate/cost.ts';
import { firstOrder } from '../simulate/monte-carlo.ts';
import { openPlan } from '../simulate/open-plan.ts';
import { asEstimated } from '../simulate/outcome-model.ts';
import { preparePlan, runSchedule } from '../simulate/run-schedule.ts';

/** Up to so many open tasks the best order is looked for at every pass, as the orchestrator does. */
const MAX_TASKS_SEARCHED = 100;

/** Beyond so many nobody looks ahead: it is done while somebody waits. */
const MAX_TASKS_FORESEEN = 5_000;

/** What is left to do of a plan, and how long that takes if every task takes what it is estimated at. */
export function outlookOf(plan: Plan, config: Config): PlanOutlook {
  const open = openPlan(plan);
  return {
    tasks: plan.tasks.length,
    completed: plan.tasks.length - open.tasks.length,
    work: open.tasks.reduce((sum, { minutes }) => sum + minutes, 0),
    critical: criticalPath(open, buildGraph(open)),
    forecast: open.tasks.length > MAX_TASKS_FORESEEN ? undefined : forecast(open, config),
  };
}

function forecast(open: Plan, config: Config): PlanForecast {
  const prepared = preparePlan(open);
  const agents = config.max_parallel;
  const order = open.tasks.length > MAX_TASKS_SEARCHED ? { order: firstOrder(prepared, agents) } : {};
  const { attempts } = runSchedule({ prepared, config, outcomes: asEstimated, ...order });
  const prices = pricesOf(open, config);
  const cost = prices && costOf(prices, attempts);
  return {
    agents,
    minutes: attempts.reduce((last, { end }) => Math.max(last, end), 0) / 60,
    cost: cost?.total,
    unpriced: cost?.unpriced.length ?? 0,
  };
}
