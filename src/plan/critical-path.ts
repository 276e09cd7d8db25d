import { buildGraph, type Graph } from './graph.ts';
import type { Plan, Task, TaskId } from './plan.ts';

/** How long a task takes, in minutes: its estimate, or what is known better. */
export type MinutesOf = (task: Task) => number;

const estimated: MinutesOf = (task) => task.minutes;

/** Minutes from the start of each task to the end of the plan over its longest path, its own included. */
export function remainingPath(plan: Plan, graph: Graph, minutesOf: MinutesOf = estimated): ReadonlyMap<TaskId, number> {
  return new Map([...chains(plan, graph, minutesOf)].map(([id, { minutes }]) => [id, minutes]));
}

/** The chain of tasks that takes longest; of equal ones the one with fewest tasks, then the first in file order. */
export function criticalPath(
  plan: Plan,
  graph: Graph,
  minutesOf: MinutesOf = estimated,
): { readonly path: readonly TaskId[]; readonly minutes: number } {
  const from = chains(plan, graph, minutesOf);
  const first = longest(
    plan.tasks.map(({ id }) => id),
    from,
  );
  const path: TaskId[] = [];
  for (let next = first; next !== undefined; next = from.get(next)?.next) path.push(next);
  return { path, minutes: first === undefined ? 0 : (from.get(first)?.minutes ?? 0) };
}

/** No schedule on `slots` slots is faster than this many minutes: the critical path, or all work shared evenly. */
export function lowerBound(plan: Plan, slots: number, minutesOf: MinutesOf = estimated): number {
  const work = plan.tasks.reduce((sum, task) => sum + minutesOf(task), 0);
  return Math.max(criticalPath(plan, buildGraph(plan), minutesOf).minutes, work / slots);
}

/** The longest chain from a task on: its minutes and tasks with the task's own, and where it goes next. */
interface Chain {
  readonly minutes: number;
  readonly tasks: number;
  readonly next: TaskId | undefined;
}

function chains(plan: Plan, graph: Graph, minutesOf: MinutesOf): ReadonlyMap<TaskId, Chain> {
  const byId = new Map(plan.tasks.map((task) => [task.id, task]));
  const from = new Map<TaskId, Chain>();
  for (const id of graph.order.toReversed()) {
    const task = byId.get(id);
    if (task === undefined) throw new Error(`the graph has ${id}, the plan has not`);
    const next = longest(graph.dependents.get(id) ?? [], from);
    const after = next === undefined ? undefined : from.get(next);
    from.set(id, { minutes: minutesOf(task) + (after?.minutes ?? 0), tasks: 1 + (after?.tasks ?? 0), next });
  }
  return from;
}

function longest(ids: readonly TaskId[], from: ReadonlyMap<TaskId, Chain>): TaskId | undefined {
  let best: TaskId | undefined;
  for (const id of ids) if (best === undefined || isLonger(from.get(id), from.get(best))) best = id;
  return best;
}

function isLonger(chain: Chain | undefined, than: Chain | undefined): boolean {
  if (chain === undefined || than === undefined) return chain !== undefined;
  return chain.minutes === than.minutes ? chain.tasks < than.tasks : chain.minutes > than.minutes;
}
