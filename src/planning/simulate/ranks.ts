import { longestPaths, remainingByTask } from '../../plan/critical-path.ts';
import type { Graph } from '../../plan/graph.ts';
import type { Plan, TaskId } from '../../plan/plan.ts';

/** Minutes of the longest path through the whole plan that begins with each task, by estimate: they never change. */
export interface Ranks {
  /** By place in the plan. */
  readonly minutes: Float64Array;
  readonly byId: ReadonlyMap<TaskId, number>;
  /** By place in the plan: what people gave each task. */
  readonly priorities: Float64Array;
  readonly longest: number;
}

export function ranksOf(plan: Plan, graph: Graph): Ranks {
  const paths = longestPaths(plan, graph);
  const { minutes, first } = paths;
  return {
    minutes,
    byId: remainingByTask(plan, paths),
    priorities: Float64Array.from(plan.tasks, ({ priority = 0 }) => priority),
    longest: minutes[first] ?? 0,
  };
}
