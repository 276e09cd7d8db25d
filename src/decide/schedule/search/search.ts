import type { TaskId } from '../../../plan/plan.ts';
import { ListScheduler } from './list-scheduler.ts';
import { priorityOf } from './order.ts';
import { type Job, type Work, workOf } from './indexed-jobs.ts';

/** Where a schedule stands: all that is left to do, and what runs. */
export interface ScheduleState {
  /** In any order. */
  readonly jobs: readonly Job[];
  /** How many jobs may run at once. */
  readonly slots: number;
  /** Minutes of the longest path through the whole plan: the same at every moment of one plan. */
  readonly longest: number;
  /** Jobs that the search may place, over all schedules it makes; 0 takes the longest path first without looking. */
  readonly steps?: number;
}

export interface Found {
  /** The best order: see `priorityOf`. */
  readonly order: number;
  /** Minutes from now to the end of the last job in that order, and with the longest path first. */
  readonly makespan: number;
  readonly longestPathFirst: number;
  /** No schedule ends sooner. */
  readonly bound: number;
}

/** 47 tasks in 500 orders, or 3,000 in 8. */
export const STEPS = 24_000;

/** Jobs set aside because of the files they change before a search that finds nothing but such jobs stops. */
const MOST_DETOURS = 4 * STEPS;

/** So few orders that a search would be luck. */
const FEWEST_ORDERS = 8;

/**
 * Whether that many jobs leave steps for a search that is worth making. With more of them than this, the schedule with
 * the longest path first ends within a task's length of the bound anyway.
 */
export function mayPay(jobs: number, steps: number = STEPS): boolean {
  return jobs * FEWEST_ORDERS <= steps;
}

/**
 * Looks for an order of ready jobs that ends the whole sooner than the longest path first does: makes the list schedule
 * of one fixed order after the other, until one meets the bound or the steps are used up. Of orders that end at the same
 * moment the one wins that starts most of what the longest path first would start now.
 *
 * No slot is left idle while a job could start: whatever happens later, the schedule keeps the guarantee of list
 * scheduling (Graham 1969), at most 2 − 1/slots times the best one where no `touches` overlap.
 */
export function searchOrder(state: ScheduleState): Found {
  return searchWork(workOf(state.jobs), state);
}

/**
 * What to start now: of the jobs that are ready those that the best order found takes first, as many as there are free
 * slots and as `touches` allow, the first to go first. At least one when nothing runs and something is ready.
 */
export function startNow(state: ScheduleState): readonly TaskId[] {
  const work = workOf(state.jobs);
  const { order } = searchWork(work, state);
  const scheduler = new ListScheduler(work, state.slots);
  const priorities = setPriorities(new Float64Array(work.jobs.length), work, order, state.longest);
  scheduler.run(priorities, 0);
  return scheduler
    .startedNow()
    .sort((a, b) => (priorities[b] as number) - (priorities[a] as number) || a - b)
    .flatMap((job) => work.jobs[job]?.id ?? []);
}

/** The same for work that was made ready once: a simulation of one plan searches it many times. */
export function searchWork(work: Work, { slots, longest, steps = STEPS }: Omit<ScheduleState, 'jobs'>): Found {
  const scheduler = new ListScheduler(work, slots, MOST_DETOURS);
  const priorities = setPriorities(new Float64Array(work.jobs.length), work, 0, longest);
  const bound = lowerBound(work, slots, priorities);
  const longestPathFirst = scheduler.run(priorities);
  const orders = Math.floor(steps / Math.max(1, work.jobs.length));
  const usual = scheduler.startedNow();
  let best = { order: 0, makespan: longestPathFirst, changes: 0 };
  for (let order = 1; order < orders && best.makespan > bound && scheduler.detours <= MOST_DETOURS; order++) {
    const makespan = scheduler.run(setPriorities(priorities, work, order, longest), best.makespan);
    if (makespan > best.makespan || (makespan === best.makespan && best.changes === 0)) continue;
    const changes = usual.reduce((count, job) => count + (scheduler.start[job] === 0 ? 0 : 1), 0);
    if (makespan < best.makespan || changes < best.changes) best = { order, makespan, changes };
  }
  return { order: best.order, makespan: best.makespan, longestPathFirst, bound };
}

/** Fills in what each job counts for in that order, by index: for `ListScheduler.run`. */
export function setPriorities(into: Float64Array, { jobs }: Work, order: number, longest: number): Float64Array {
  for (const [index, job] of jobs.entries()) into[index] = priorityOf(job, order, longest);
  return into;
}

/** All that is left shared evenly, or what it takes with a slot for every job and a copy of every file for each. */
function lowerBound(work: Work, slots: number, priorities: Float64Array): number {
  const apart = new ListScheduler({ ...work, places: undefined }, work.jobs.length).run(priorities);
  const running = work.jobs.filter(({ state }) => state === 'running').length;
  const sum = work.minutes.reduce((total, minutes) => total + minutes, 0);
  return Math.max(apart, sum / Math.max(1, slots, running));
}
