import type { Task, TaskId } from './plan.ts';

/** The part of a task that makes the graph. */
export type Node = Pick<Task, 'id' | 'dependencies'>;

export interface Graph {
  /** Every task after all of its dependencies, otherwise in file order. */
  readonly order: readonly TaskId[];
  /** For every task the tasks that wait for it directly, in file order. */
  readonly dependents: ReadonlyMap<TaskId, readonly TaskId[]>;
  /** Number of tasks on the longest chain that ends with the task: 1 without dependencies. */
  readonly depth: ReadonlyMap<TaskId, number>;
  /** Direct dependencies without those that another one implies; the same tasks stay reachable. */
  readonly reduced: ReadonlyMap<TaskId, readonly TaskId[]>;
}

/** Builds the graph of a plan that loadPlan accepted. Throws on an unknown dependency or a cycle. */
export function buildGraph(plan: { readonly tasks: readonly Node[] }): Graph {
  const byId = new Map(plan.tasks.map((task) => [task.id, task]));
  const order = topologicalOrder(plan.tasks, byId);
  return {
    order,
    dependents: dependentsOf(plan.tasks),
    depth: depths(order, byId),
    reduced: reduce(order, byId),
  };
}

/** Everything reached from a task over the edges given, without the task itself: all dependents, for instance. */
export function reach(from: TaskId, edges: (id: TaskId) => readonly TaskId[] | undefined): ReadonlySet<TaskId> {
  const reached = new Set<TaskId>();
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const next of edges(id) ?? []) {
      if (reached.has(next)) continue;
      reached.add(next);
      open.push(next);
    }
  }
  return reached;
}

/** Depth first with a stack of its own, since a plan may be one chain of thousands of tasks. */
function topologicalOrder(tasks: readonly Node[], byId: ReadonlyMap<TaskId, Node>): readonly TaskId[] {
  const order: TaskId[] = [];
  const state = new Map<TaskId, 'open' | 'done'>();
  const path: { task: Node; next: number }[] = [];
  for (const start of tasks) {
    if (!state.has(start.id)) path.push({ task: start, next: 0 });
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      state.set(top.task.id, 'open');
      const id = top.task.dependencies[top.next++];
      if (id === undefined) {
        state.set(top.task.id, 'done');
        order.push(top.task.id);
        path.pop();
        continue;
      }
      const dependency = byId.get(id);
      if (dependency === undefined) throw new Error(`${top.task.id} depends on ${id}, which is not in the plan`);
      if (state.get(id) === 'open') throw new Error(`${top.task.id} and ${id} wait for each other`);
      if (state.get(id) === undefined) path.push({ task: dependency, next: 0 });
    }
  }
  return order;
}

function dependentsOf(tasks: readonly Node[]): ReadonlyMap<TaskId, readonly TaskId[]> {
  const dependents = new Map<TaskId, TaskId[]>(tasks.map(({ id }) => [id, []]));
  for (const { id, dependencies } of tasks) {
    for (const dependency of dependencies) dependents.get(dependency)?.push(id);
  }
  return dependents;
}

function depths(order: readonly TaskId[], byId: ReadonlyMap<TaskId, Node>): ReadonlyMap<TaskId, number> {
  const depth = new Map<TaskId, number>();
  for (const id of order) {
    let deepest = 0;
    for (const dependency of byId.get(id)?.dependencies ?? []) deepest = Math.max(deepest, depth.get(dependency) ?? 0);
    depth.set(id, deepest + 1);
  }
  return depth;
}

/**
 * One row of bits per task holds its ancestors: 12 MB for 10,000 tasks, and 15,000 edges take milliseconds where
 * asking for each edge whether there is another way takes minutes.
 */
function reduce(order: readonly TaskId[], byId: ReadonlyMap<TaskId, Node>): ReadonlyMap<TaskId, readonly TaskId[]> {
  const place = new Map(order.map((id, index) => [id, index]));
  const words = Math.ceil(order.length / 32);
  const ancestors = new Uint32Array(order.length * words);
  const reduced = new Map<TaskId, readonly TaskId[]>();
  for (const [index, id] of order.entries()) {
    const dependencies = byId.get(id)?.dependencies ?? [];
    const row = ancestors.subarray(index * words, (index + 1) * words);
    const places = dependencies.map((dependency) => place.get(dependency) ?? 0);
    for (const dependency of places) {
      const theirs = ancestors.subarray(dependency * words, (dependency + 1) * words);
      for (let word = 0; word <= dependency >>> 5; word++) row[word] = (row[word] ?? 0) | (theirs[word] ?? 0);
    }
    reduced.set(
      id,
      dependencies.filter((_, nth) => !hasBit(row, places[nth] ?? 0)),
    );
    for (const dependency of places) row[dependency >>> 5] = (row[dependency >>> 5] ?? 0) | (1 << (dependency & 31));
  }
  return reduced;
}

function hasBit(row: Uint32Array, bit: number): boolean {
  return (((row[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1;
}
