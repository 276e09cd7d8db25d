import type { Config } from './config.ts';
import { type CriticalPath, type LongestPaths, longestOf, longestPaths } from './critical-path.ts';
import { buildGraph, type Graph } from './graph.ts';
import type { FileProblem, Plan } from './plan.ts';
import { restatedTasks } from './restated.ts';

/** A plan and how it is to be carried out, with what depends on nothing else. */
export interface Project {
  readonly plan: Plan;
  readonly config: Config;
  /** The same value where a file was loaded again in which nothing but statuses changed. */
  readonly graph: Graph;
  /** By estimate, as is `criticalPath`. */
  readonly longestPaths: LongestPaths;
  readonly criticalPath: CriticalPath;
  /** Why the plan is one that records know, or the configuration the default: the files cannot be read. */
  readonly problems?: readonly FileProblem[];
}

/** @param plan One that `loadPlan` accepted. */
export function projectOf(plan: Plan, config: Config): Project {
  const graph = buildGraph(plan);
  const paths = longestPaths(plan, graph);
  return { plan, config, graph, longestPaths: paths, criticalPath: longestOf(plan, paths) };
}

/** @returns The same as `projectOf`. What is known of a plan that differs in statuses alone is taken from there. */
export function projectAgain({ plan, config }: Pick<Project, 'plan' | 'config'>, known: Project | undefined): Project {
  return known && restatedTasks(known.plan, plan) ? { ...known, plan, config } : projectOf(plan, config);
}
