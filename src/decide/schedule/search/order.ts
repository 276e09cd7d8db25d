/**
 * The orders in which ready tasks may go first. Order 0 is the longest remaining path; every other one shifts each task
 * by an amount of its own. They are the same at every pass, however far the plan has come: list scheduling by a fixed
 * order goes on as it began, so what one pass found the next finds again while estimates hold, without any memory.
 */

/** How far tasks are shifted at most, as a share of the longest path: order n takes the nth, round and round. */
const SHIFTS = [0.3, 0.8, 0.5, 0.15] as const;

/** Longest paths between two priorities: more than ranks and shifts together come to. */
const STEP = 2;

interface Ranked {
  /** Minutes of the longest path through the plan that begins with the task. */
  readonly rank: number;
  /** The task's place in the plan. */
  readonly place: number;
  /** A whole number that people gave it; absent: 0. */
  readonly priority?: number;
}

/** One of the orders. */
export interface Ranking {
  readonly order: number;
  /** Minutes of the longest path through the whole plan: the same at every moment of one plan. */
  readonly longest: number;
}

/**
 * @returns What the task counts for in that order: the highest goes first, of equal ones the first in the plan. One with a
 *   higher priority goes first in every order.
 */
export function priorityOf({ rank, place, priority = 0 }: Ranked, { order, longest }: Ranking): number {
  const base = rank + STEP * longest * priority;
  if (order === 0) return base;
  const shift = SHIFTS[(order - 1) % SHIFTS.length] ?? 0;
  return base + shift * longest * noise(place, order);
}

/** From 0 to 1, the same for the same numbers on every machine (the finalizer of MurmurHash3 over both). */
function noise(place: number, order: number): number {
  let mixed = Math.imul(place + 1, 0x9e3779b1) ^ Math.imul(order, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}
