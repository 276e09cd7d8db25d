import { buildGraph, type Graph } from './graph.ts';
import type { Plan, Task, TaskId } from './plan.ts';

/** How long a task takes, in minutes: its estimate, or what is known better. */
export type MinutesOf = (task: Task) => number;

const estimated: MinutesOf = (task) => task.minutes;

/** The longest chains through a plan, by the place of each task in it. */
export interface LongestPaths {
  /** Minutes from the start of each task to the end of the plan over its longest path, its own included. */
  readonly minutes: Float64Array;
  /** The task that comes next on that path; -1 at its end. */
  readonly next: Int32Array;
  /** Where the longest of all begins; -1 in a plan without tasks. */
  readonly first: number;
}

/** The chain of tasks that takes longest. */
export interface CriticalPath {
  readonly path: readonly TaskId[];
  readonly minutes: number;
}

/** By estimate. */
export function longestPaths(plan: Plan, graph: Graph): LongestPaths {
  return pathsBy(plan, graph, estimated);
}

/** `minutes` of the longest paths through a plan, by task. */
export function remainingByTask(plan: Plan, { minutes }: LongestPaths): ReadonlyMap<TaskId, number> {
  return new Map(plan.tasks.map(({ id }, place) => [id, minutes[place] as number]));
}

/** Minutes from the start of each task to the end of the plan over its longest path, its own included. @internal By estimate it is known of a project. */
export function remainingPath(plan: Plan, graph: Graph, minutesOf: MinutesOf = estimated): ReadonlyMap<TaskId, number> {
  return remainingByTask(plan, pathsBy(plan, graph, minutesOf));
}

/** The chain of tasks that takes longest; of equal ones the one with fewest tasks, then the first in file order. */
export function criticalPath(plan: Plan, graph: Graph, minutesOf: MinutesOf = estimated): CriticalPath {
  return longestOf(plan, pathsBy(plan, graph, minutesOf));
}

/** The longest of the longest paths through a plan. */
export function longestOf(plan: Plan, { minutes, next, first }: LongestPaths): CriticalPath {
  const path: TaskId[] = [];
  for (let place = first; place >= 0; place = next[place] as number) path.push((plan.tasks[place] as Task).id);
  return { path, minutes: first < 0 ? 0 : (minutes[first] as number) };
}

/** No schedule on `slots` slots is faster than this many minutes: the critical path, or all work shared evenly. */
export function lowerBound(plan: Plan, slots: number, minutesOf: MinutesOf = estimated): number {
  const work = plan.tasks.reduce((sum, task) => sum + minutesOf(task), 0);
  return Math.max(criticalPath(plan, buildGraph(plan), minutesOf).minutes, work / slots);
}

/** With what is known better than estimates. */
export function pathsBy(plan: Plan, { sequence, after }: Graph, minutesOf: MinutesOf): LongestPaths {
  if (sequence.length !== plan.tasks.length) throw new Error('the graph is of another plan');
  const chains = {
    minutes: new Float64Array(sequence.length),
    tasks: new Int32Array(sequence.length),
    next: new Int32Array(sequence.length).fill(-1),
  };
  for (let at = sequence.length - 1; at >= 0; at--) {
    const place = sequence[at] as number;
    let best = -1;
    for (let edge = after.from[place] as number; edge < (after.from[place + 1] as number); edge++) {
      const other = after.to[edge] as number;
      if (best < 0 || isLonger(chains, other, best)) best = other;
    }
    chains.next[place] = best;
    chains.minutes[place] = minutesOf(plan.tasks[place] as Task) + (best < 0 ? 0 : (chains.minutes[best] as number));
    chains.tasks[place] = 1 + (best < 0 ? 0 : (chains.tasks[best] as number));
  }
  let first = sequence.length > 0 ? 0 : -1;
  for (let place = 1; place < sequence.length; place++) if (isLonger(chains, place, first)) first = place;
  return { minutes: chains.minutes, next: chains.next, first };
}

interface Chains {
  readonly minutes: Float64Array;
  /** Number of tasks on the longest chain from each, its own included. */
  readonly tasks: Int32Array;
}

function isLonger({ minutes, tasks }: Chains, chain: number, than: number): boolean {
  const more = (minutes[chain] as number) - (minutes[than] as number);
  return more === 0 ? (tasks[chain] as number) < (tasks[than] as number) : more > 0;
}
