import type { Config } from '../../plan/config.ts';
import type { Plan } from '../../plan/plan.ts';
import { costOf, type Prices } from './cost.ts';
import { PriorityOracle } from './priority-oracle.ts';
import { type OutcomeDistribution, randomOutcomes } from './random-outcomes.ts';
import { type PreparedPlan, runSchedule } from './run-schedule.ts';

export interface MonteCarloSettings extends OutcomeDistribution {
  /** How many times the plan is carried out. */
  readonly count: number;
}

/** At least so many of 100 runs end with at most this: nearest rank, a value that one of the runs had. */
export interface Percentiles {
  readonly p50: number;
  readonly p80: number;
  readonly p95: number;
}

export interface Outlook {
  /** Minutes to the end of the plan. */
  readonly finish: Percentiles;
  /** Share of the runs in which at least one task used up its attempts, so that a person had to write `/retry`. */
  readonly neededPerson: number;
  /** US dollars, failed attempts with them; undefined where nothing has a price. */
  readonly cost: Percentiles | undefined;
}

export interface MonteCarloInput {
  readonly plan: Plan;
  readonly prepared: PreparedPlan;
  readonly config: Config;
  readonly prices: Prices | undefined;
  readonly runs: MonteCarloSettings;
  /** Called after each run with the number of runs made so far. */
  readonly progress?: (done: number) => void;
}

/**
 * Carries a plan out many times with other luck. Every run keeps to the order of tasks that `decide` finds at its first
 * pass: looking again at every pass, as `decide` does, takes a thousand times as long and moves percentiles by one or two
 * hundredths.
 */
export function monteCarlo({ plan, prepared, config, prices, runs, progress }: MonteCarloInput): Outlook {
  const order = firstOrder(prepared, config.max_parallel);
  const finishes: number[] = [];
  const costs: number[] = [];
  let needed = 0;
  for (let run = 1; run <= runs.count; run++) {
    const { attempts, asked } = runSchedule({
      prepared,
      config,
      order,
      outcomes: randomOutcomes(plan, { distribution: runs, run }),
    });
    finishes.push(attempts.reduce((last, { end }) => Math.max(last, end), 0) / 60);
    if (prices) costs.push(costOf(prices, attempts).total);
    if (asked > 0) needed += 1;
    progress?.(run);
  }
  return {
    finish: percentiles(finishes),
    neededPerson: needed / runs.count,
    cost: costs.length > 0 ? percentiles(costs) : undefined,
  };
}

/** The order for `priorityOf` that the first pass finds. */
export function firstOrder({ plan, graph, ranks, missing }: PreparedPlan, slots: number): number {
  const oracle = new PriorityOracle({ plan, graph, ranks, slots });
  for (const [place, { status }] of plan.tasks.entries()) {
    if (status !== 'completed' && missing[place] === 0) oracle.ready(place);
  }
  return oracle.order(0).order;
}

function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p80: at(0.8), p95: at(0.95) };
}
