import { createRequire } from 'node:module';
import type { DirectedGraph as Graph } from 'graphology';
import { decide } from '../src/decide/decide.ts';
import type { Plan } from '../src/plan/plan.ts';
import { type Project, projectOf } from '../src/plan/project.ts';
import { newDerivations } from '../src/state/derivations.ts';
import type { Snapshot } from '../src/state/snapshot.ts';
import { TIMINGS } from '../src/state/timings.ts';
import { measure, show, showHead } from './measure.ts';
import { bigPlanText, planOf, referencePlan } from './plans.ts';
import { beginning, defaultConfig, middle } from './situations.ts';

// Both are CommonJS, and their types describe another way of importing them than Node has.
const require = createRequire(import.meta.url);
const { DirectedGraph } = require('graphology') as { DirectedGraph: new () => Graph };
const { topologicalSort } = require('graphology-dag') as { topologicalSort: (graph: Graph) => string[] };

const TASKS = 10_000;
const DEPENDENCIES = 15_000;

/**
 * `decide` beside the topological sort of the same graph by graphology-dag. New: values never seen before, as in a new
 * process. Known: the values of the pass before, of which a host keeps the issues that did not change. From a plan its
 * graph and longest paths are kept, from an issue its record and that its body is right.
 */
export function showDecideTime(): void {
  const plan = planOf(bigPlanText({ tasks: TASKS, dependencies: DEPENDENCIES }));
  showHead(`decide on ${TASKS} tasks, ${DEPENDENCIES} dependencies`);
  const config = defaultConfig();
  const project = projectOf(plan, config);
  const known = () => project;
  const first = beginning(plan);
  showDecide('at the beginning, plan new', 200, () => ({
    project: () => projectOf({ ...plan }, config),
    snapshot: first,
  }));
  showDecide('at the beginning, plan known', 200, () => ({ project: known, snapshot: first }));
  const later = middle(plan, TASKS / 2);
  showDecide('half done, plan and issues new', 20, () => ({
    project: () => projectOf({ ...plan }, config),
    snapshot: unseen(later),
  }));
  showDecide('half done, plan new, issues known', 50, () => ({
    project: () => projectOf({ ...plan }, config),
    snapshot: later,
  }));
  showDecide('half done, plan and issues known', 100, () => ({ project: known, snapshot: later }));
  const small = referencePlan();
  const begun = middle(small, 12);
  showDecide('47 tasks, all new, with a search', 200, () => ({
    project: () => projectOf({ ...small }, config),
    snapshot: unseen(begun),
  }));

  const graph = graphologyOf(plan);
  const rounds = 100;
  show('graphology-dag: topological sort', measure({ rounds, fresh: () => graph, work: topologicalSort }));
  const both = measure({ rounds, fresh: () => plan, work: (given) => topologicalSort(graphologyOf(given)) });
  show('graphology-dag: graph built and sorted', both);
}

interface Given {
  /** A new one is made within the time taken: that is part of what a new plan costs. */
  readonly project: () => Project;
  readonly snapshot: Snapshot;
}

function showDecide(name: string, rounds: number, fresh: () => Given): void {
  const derivations = newDerivations();
  const work = ({ project, snapshot }: Given) =>
    decide({ snapshot, project: project(), timings: TIMINGS, derivations });
  show(name, measure({ rounds, fresh, work }));
}

/** The same issues as other values. */
function unseen(snapshot: Snapshot): Snapshot {
  return { ...snapshot, issues: snapshot.issues.map((issue) => ({ ...issue })) };
}

function graphologyOf({ tasks }: Plan): Graph {
  const graph = new DirectedGraph();
  for (const { id } of tasks) graph.addNode(id);
  for (const { id, dependencies } of tasks) for (const before of dependencies) graph.addEdge(before, id);
  return graph;
}
