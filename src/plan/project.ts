import type { Config } from './config.ts';
import { type CriticalPath, type LongestPaths, longestOf, longestPaths } from './critical-path.ts';
import { buildGraph, type Graph } from './graph.ts';
import type { Plan } from './plan.ts';

/** A plan and how it is to be carried out, with what depends on nothing else. */
export interface Project {
  readonly plan: Plan;
  readonly config: Config;
  readonly graph: Graph;
  /** By estimate, as is `criticalPath`. */
  readonly longestPaths: LongestPaths;
  readonly criticalPath: CriticalPath;
}

/** @param plan One that `loadPlan` accepted. */
export function projectOf(plan: Plan, config: Config): Project {
  const graph = buildGraph(plan);
  const paths = longestPaths(plan, graph);
  return { plan, config, graph, longestPaths: paths, criticalPath: longestOf(plan, paths) };
}
