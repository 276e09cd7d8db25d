import type { Graph } from '../../plan/graph.ts';
import type { Plan, TaskId } from '../../plan/plan.ts';

/** The graph by number: a task stands after everything that it waits for. */
export interface NumberedTasks {
  readonly ids: readonly TaskId[];
  readonly numbers: ReadonlyMap<TaskId, number>;
  /** Numbers of the direct dependencies. */
  readonly needs: readonly (readonly number[])[];
  readonly minutes: readonly number[];
}

export function numberTasks(plan: Plan, graph: Graph): NumberedTasks {
  const numbers = new Map(graph.order.map((id, number) => [id, number]));
  const needs: number[][] = graph.order.map(() => []);
  const minutes: number[] = graph.order.map(() => 0);
  for (const task of plan.tasks) {
    const number = numbers.get(task.id) ?? 0;
    needs[number] = task.dependencies.map((id) => numbers.get(id) ?? 0);
    minutes[number] = task.minutes;
  }
  return { ids: graph.order, numbers, needs, minutes };
}

/**
 * Answers whether one task waits for another, directly or through others. Holds a row of bits per task: 12 MB for
 * 10,000 tasks, and an answer is one look.
 */
export function ancestry({ ids, needs }: NumberedTasks): (task: number, other: number) => boolean {
  const words = Math.ceil(ids.length / 32);
  const rows = new Uint32Array(ids.length * words);
  for (const [task, dependencies] of needs.entries()) {
    for (const dependency of dependencies) {
      // A dependency has no ancestors after itself.
      for (let word = 0; word <= dependency >>> 5; word++) {
        const at = task * words + word;
        rows[at] = (rows[at] ?? 0) | (rows[dependency * words + word] ?? 0);
      }
      const own = task * words + (dependency >>> 5);
      rows[own] = (rows[own] ?? 0) | (1 << (dependency & 31));
    }
  }
  return (task, other) => (((rows[task * words + (other >>> 5)] ?? 0) >>> (other & 31)) & 1) === 1;
}
