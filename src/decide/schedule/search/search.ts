import { type IndexedJobs, indexJobs, type RemainingJob } from './indexed-jobs.ts';
import { ListScheduler } from './list-scheduler.ts';
import { priorityOf, type Ranking } from './order.ts';

/** Where a schedule stands: all that is left to do, and what runs. */
export interface ScheduleState {
  /** In any order. */
  readonly jobs: readonly RemainingJob[];
  /** How many jobs may run at once. */
  readonly slots: number;
  /** Minutes of the longest path through the whole plan: the same at every moment of one plan. */
  readonly longest: number;
  /** Jobs that the search may place, over all schedules it makes; 0 takes the longest path first without looking. */
  readonly steps?: number;
}

export interface FoundOrder {
  /** The best order: see `priorityOf`. */
  readonly order: number;
  /** Minutes from now to the end of the last job in that order, and with the longest path first. */
  readonly makespan: number;
  readonly longestPathFirst: number;
  /** No schedule ends sooner. */
  readonly bound: number;
}

/** 47 tasks in 500 orders, or 3,000 in 8. */
const MAX_STEPS = 24_000;

/** Jobs set aside because of the files they change before a search that finds nothing but such jobs stops. */
const MAX_DETOURS = 4 * MAX_STEPS;

/** So few orders that a search would be luck. */
const MIN_ORDERS = 8;

/**
 * Whether that many jobs leave steps for a search that is worth making. With more of them than this, the schedule with
 * the longest path first ends within a task's length of the bound anyway.
 */
export function mayPay(jobs: number, steps: number = MAX_STEPS): boolean {
  return jobs * MIN_ORDERS <= steps;
}

/**
 * Looks for an order of ready jobs that ends the whole sooner than the longest path first does: makes the list schedule
 * of one fixed order after the other, until one meets the bound or the steps are used up. Of orders that end at the same
 * moment the one wins that starts most of what the longest path first would start now.
 *
 * No slot is left idle while a job could start: whatever happens later, the schedule keeps the guarantee of list
 * scheduling (Graham 1969), at most 2 − 1/slots times the best one where no `touches` overlap.
 */
export function searchOrder({ jobs, slots, longest, steps = MAX_STEPS }: ScheduleState): FoundOrder {
  const indexed = indexJobs(jobs);
  const scheduler = new ListScheduler(indexed, { slots, maxDetours: MAX_DETOURS });
  const priorities = new Float64Array(indexed.jobs.length);
  const prioritiesOf = (order: number) => setPriorities(priorities, { jobs: indexed.jobs, order, longest });
  const bound = lowerBound(indexed, { slots, priorities: prioritiesOf(0) });
  const longestPathFirst = scheduler.run(priorities);
  const orders = Math.floor(steps / Math.max(1, indexed.jobs.length));
  const usual = scheduler.startedNow();
  let best = { order: 0, makespan: longestPathFirst, changes: 0 };
  for (let order = 1; order < orders && best.makespan > bound && scheduler.detours <= MAX_DETOURS; order++) {
    const makespan = scheduler.run(prioritiesOf(order), best.makespan);
    if (makespan > best.makespan || (makespan === best.makespan && best.changes === 0)) continue;
    const changes = usual.reduce((count, job) => count + (scheduler.start[job] === 0 ? 0 : 1), 0);
    if (makespan < best.makespan || changes < best.changes) best = { order, makespan, changes };
  }
  return { order: best.order, makespan: best.makespan, longestPathFirst, bound };
}

/** Fills in what each job counts for in that order, by index: for `ListScheduler.run`. */
export function setPriorities(
  into: Float64Array,
  { jobs, order, longest }: Ranking & Pick<IndexedJobs, 'jobs'>,
): Float64Array {
  for (const [index, job] of jobs.entries()) into[index] = priorityOf(job, { order, longest });
  return into;
}

/** All that is left shared evenly, or what it takes with a slot for every job and a copy of every file for each. */
function lowerBound(
  indexed: IndexedJobs,
  { slots, priorities }: { readonly slots: number; readonly priorities: Float64Array },
): number {
  const unhindered = new ListScheduler({ ...indexed, places: undefined }, { slots: indexed.jobs.length }).run(
    priorities,
  );
  const running = indexed.jobs.filter(({ state }) => state === 'running').length;
  const sum = indexed.minutes.reduce((total, minutes) => total + minutes, 0);
  return Math.max(unhindered, sum / Math.max(1, slots, running));
}
