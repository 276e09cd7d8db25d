import { buildGraph, type Graph } from './graph.ts';
import type { Plan, Task, TaskId } from './plan.ts';

/** How long a task takes, in minutes: its estimate, or what is known better. */
export type MinutesOf = (task: Task) => number;

const estimated: MinutesOf = (task) => task.minutes;

/** Minutes from the start of each task to the end of the plan over its longest path, its own included. */
export function remainingPath(plan: Plan, graph: Graph, minutesOf: MinutesOf = estimated): ReadonlyMap<TaskId, number> {
  const byId = new Map(plan.tasks.map((task) => [task.id, task]));
  const remaining = new Map<TaskId, number>();
  for (const id of graph.order.toReversed()) {
    const task = byId.get(id);
    if (task === undefined) throw new Error(`the graph has ${id}, the plan has not`);
    let after = 0;
    for (const dependent of graph.dependents.get(id) ?? []) after = Math.max(after, remaining.get(dependent) ?? 0);
    remaining.set(id, minutesOf(task) + after);
  }
  return remaining;
}

/** The chain of tasks that takes longest; of equal ones, the one whose tasks come first in the file. */
export function criticalPath(
  plan: Plan,
  graph: Graph,
  minutesOf: MinutesOf = estimated,
): { readonly path: readonly TaskId[]; readonly minutes: number } {
  const remaining = remainingPath(plan, graph, minutesOf);
  const path: TaskId[] = [];
  const longest = (ids: readonly TaskId[]) =>
    ids.reduce<TaskId | undefined>(
      (best, id) => (best === undefined || (remaining.get(id) ?? 0) > (remaining.get(best) ?? 0) ? id : best),
      undefined,
    );
  const first = longest(plan.tasks.map(({ id }) => id));
  for (let next = first; next !== undefined; next = longest(graph.dependents.get(next) ?? [])) path.push(next);
  return { path, minutes: first === undefined ? 0 : (remaining.get(first) ?? 0) };
}

/** No schedule on `slots` slots is faster than this many minutes: the critical path, or all work shared evenly. */
export function lowerBound(plan: Plan, slots: number, minutesOf: MinutesOf = estimated): number {
  const work = plan.tasks.reduce((sum, task) => sum + minutesOf(task), 0);
  return Math.max(criticalPath(plan, buildGraph(plan), minutesOf).minutes, work / slots);
}
