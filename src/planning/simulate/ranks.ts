import { type LongestPaths, longestPaths, remainingByTask } from '../../plan/critical-path.ts';
import type { Graph } from '../../plan/graph.ts';
import type { Plan, TaskId } from '../../plan/plan.ts';

/** Minutes of the longest path through the whole plan that begins with each task, by estimate, or corrected by what tasks took. */
export interface Ranks {
  /** By place in the plan. */
  readonly minutes: Float64Array;
  readonly byId: ReadonlyMap<TaskId, number>;
  /** By place in the plan: what people gave each task. */
  readonly priorities: Float64Array;
  readonly longest: number;
}

export function ranksOf(plan: Plan, graph: Graph): Ranks {
  return ranksBy(plan, longestPaths(plan, graph));
}

/** The same by other paths: estimates that are corrected, for instance. */
export function ranksBy(plan: Plan, paths: LongestPaths): Ranks {
  const { minutes, first } = paths;
  return {
    minutes,
    byId: remainingByTask(plan, paths),
    priorities: Float64Array.from(plan.tasks, ({ priority = 0 }) => priority),
    longest: minutes[first] ?? 0,
  };
}
