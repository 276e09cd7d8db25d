import type { Plan } from '../../plan/plan.ts';
import { mulberry32, seedOf } from './mulberry32.ts';
import { type OutcomeModel, wholeSeconds } from './outcome-model.ts';

export interface OutcomeDistribution {
  /**
   * How far attempts stray from the estimate: two in three take between estimate ÷ (1 + spread) and estimate × (1 + spread),
   * half of them longer than estimated. A lognormal distribution, since work is late by factors. 0: as estimated.
   */
  readonly spread: number;
  /** Share of attempts that fail, each for itself; they take as long as others. Below 1, or no plan would ever end. */
  readonly failureRate: number;
  readonly seed: number;
}

/**
 * What happens in one run of many. An attempt at a task is drawn by seed, run, task and attempt, so that it does not depend
 * on when, or on how many slots, the task is tried: schedules for several numbers of agents meet the same luck.
 */
export function randomOutcomes(
  plan: Plan,
  {
    distribution: { spread, failureRate, seed },
    run,
  }: { readonly distribution: OutcomeDistribution; readonly run: number },
): OutcomeModel {
  const places = new Map(plan.tasks.map(({ id }, place) => [id, place]));
  const deviation = Math.log1p(spread);
  return ({ id, minutes }, attempt) => {
    const draw = mulberry32(seedOf(seed, run, places.get(id) ?? -1, attempt));
    const failed = draw() < failureRate;
    return { seconds: wholeSeconds(minutes * Math.exp(deviation * normal(draw))), failed };
  };
}

/** Of the standard normal distribution (Box and Muller 1958). */
function normal(draw: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}
