import { type Edges, edgesOf, reversed } from './edges.ts';
import type { Task, TaskId } from './plan.ts';
import { neededEdges } from './reduction.ts';

/** The part of a task that makes the graph. */
export type TaskNode = Pick<Task, 'id' | 'dependencies'>;

/** By id for whoever reads it; by number, the task's place in the plan, for whoever walks all of it. */
export interface Graph {
  /** Every task after all of its dependencies, otherwise in file order. */
  readonly order: readonly TaskId[];
  /** For every task the tasks that wait for it directly, in file order. */
  readonly dependents: ReadonlyMap<TaskId, readonly TaskId[]>;
  /** Number of tasks on the longest chain that ends with the task: 1 without dependencies. */
  readonly depth: ReadonlyMap<TaskId, number>;
  /** Direct dependencies without those that another one implies; the same tasks stay reachable. */
  readonly reduced: ReadonlyMap<TaskId, readonly TaskId[]>;
  /** The place of each task in the plan. */
  readonly places: ReadonlyMap<TaskId, number>;
  /** `order` as places. */
  readonly sequence: Int32Array;
  /** Dependencies of each place, as the task lists them. */
  readonly before: Edges;
  /** Dependents of each place. */
  readonly after: Edges;
  /** `reduced` by place: 1 for each edge of `before.to` that no other one implies. */
  readonly needed: Uint8Array;
}

/** Builds the graph of a plan that loadPlan accepted. Throws on an unknown dependency or a cycle. */
export function buildGraph(plan: { readonly tasks: readonly TaskNode[] }): Graph {
  return new PlanGraph(plan.tasks);
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

/** What only few ask for is made when it is first asked for. */
class PlanGraph implements Graph {
  readonly places: ReadonlyMap<TaskId, number>;
  readonly sequence: Int32Array;
  readonly before: Edges;
  readonly after: Edges;
  readonly #tasks: readonly TaskNode[];
  #order: readonly TaskId[] | undefined;
  #dependents: ReadonlyMap<TaskId, readonly TaskId[]> | undefined;
  #depth: ReadonlyMap<TaskId, number> | undefined;
  #reduced: ReadonlyMap<TaskId, readonly TaskId[]> | undefined;
  #needed: Uint8Array | undefined;

  constructor(tasks: readonly TaskNode[]) {
    this.#tasks = tasks;
    this.places = new Map(tasks.map(({ id }, place) => [id, place]));
    this.before = dependenciesOf(tasks, this.places);
    this.sequence = topologicalOrder(tasks, this.before);
    this.after = reversed(this.before);
  }

  get order(): readonly TaskId[] {
    this.#order ??= Array.from(this.sequence, (place) => this.#idAt(place));
    return this.#order;
  }

  get dependents(): ReadonlyMap<TaskId, readonly TaskId[]> {
    const { from, to } = this.after;
    this.#dependents ??= new Map(
      this.#tasks.map(({ id }, place) => [
        id,
        Array.from(to.subarray(from[place], from[place + 1]), (other) => this.#idAt(other)),
      ]),
    );
    return this.#dependents;
  }

  get depth(): ReadonlyMap<TaskId, number> {
    this.#depth ??= depths(this);
    return this.#depth;
  }

  get reduced(): ReadonlyMap<TaskId, readonly TaskId[]> {
    this.#reduced ??= reduce(this.#tasks, this);
    return this.#reduced;
  }

  get needed(): Uint8Array {
    this.#needed ??= neededEdges(this.before, this.sequence);
    return this.#needed;
  }

  #idAt(place: number): TaskId {
    return (this.#tasks[place] as TaskNode).id;
  }
}

function dependenciesOf(tasks: readonly TaskNode[], places: ReadonlyMap<TaskId, number>): Edges {
  const pairs: number[] = [];
  for (let place = 0; place < tasks.length; place++) {
    for (const id of tasks[place]?.dependencies ?? []) {
      const dependency = places.get(id);
      if (dependency === undefined) throw new Error(`${tasks[place]?.id} depends on ${id}, which is not in the plan`);
      pairs.push(place, dependency);
    }
  }
  return edgesOf(pairs, tasks.length);
}

const OPEN = 1;
const DONE = 2;

/** Depth first with a stack of its own, since a plan may be one chain of thousands of tasks. */
function topologicalOrder(tasks: readonly TaskNode[], { from, to }: Edges): Int32Array {
  const sequence = new Int32Array(tasks.length);
  const state = new Uint8Array(tasks.length);
  const next = from.slice();
  const path = new Int32Array(tasks.length);
  let length = 0;
  for (let start = 0, height = 0; start < tasks.length; start++) {
    if (state[start] === 0) path[height++] = start;
    while (height > 0) {
      const top = path[height - 1] as number;
      const edge = next[top] as number;
      state[top] = OPEN;
      if (edge === from[top + 1]) {
        state[top] = DONE;
        sequence[length++] = top;
        height--;
        continue;
      }
      next[top] = edge + 1;
      const dependency = to[edge] as number;
      if (state[dependency] === OPEN)
        throw new Error(`${tasks[top]?.id} and ${tasks[dependency]?.id} wait for each other`);
      if (state[dependency] === 0) path[height++] = dependency;
    }
  }
  return sequence;
}

function depths({ order, sequence, before }: Graph): ReadonlyMap<TaskId, number> {
  const depth = new Int32Array(sequence.length);
  for (const place of sequence) {
    let deepest = 0;
    for (let edge = before.from[place] as number; edge < (before.from[place + 1] as number); edge++) {
      deepest = Math.max(deepest, depth[before.to[edge] as number] as number);
    }
    depth[place] = deepest + 1;
  }
  return new Map(order.map((id, nth) => [id, depth[sequence[nth] as number] as number]));
}

function reduce(
  tasks: readonly TaskNode[],
  { before, sequence, needed }: Graph,
): ReadonlyMap<TaskId, readonly TaskId[]> {
  return new Map(
    Array.from(sequence, (place) => {
      const { id, dependencies } = tasks[place] as TaskNode;
      const first = before.from[place] as number;
      return [id, dependencies.length < 2 ? dependencies : dependencies.filter((_, nth) => needed[first + nth] === 1)];
    }),
  );
}
