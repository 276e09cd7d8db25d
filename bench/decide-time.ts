import { createRequire } from 'node:module';
import type { DirectedGraph as Graph } from 'graphology';
import { decide } from '../src/decide/decide.ts';
import type { Plan } from '../src/plan/plan.ts';
import { type Project, projectAgain, projectOf } from '../src/plan/project.ts';
import { withKnownParts } from '../src/plan/restated.ts';
import { newDerivations } from '../src/state/derivations.ts';
import { LABEL } from '../src/state/names.ts';
import type { Snapshot } from '../src/state/snapshot.ts';
import { TIMINGS } from '../src/state/timings.ts';
import { compare, measure, show, showAgainst, showAgainstHead, showHead } from './measure.ts';
import { bigPlanText, planOf, referencePlan } from './plans.ts';
import { beginning, defaultConfig, middle } from './situations.ts';

// Both are CommonJS, and their types describe another way of importing them than Node has.
const require = createRequire(import.meta.url);
const { DirectedGraph } = require('graphology') as { DirectedGraph: new () => Graph };
const { topologicalSort } = require('graphology-dag') as { topologicalSort: (graph: Graph) => string[] };

const TASKS = 10_000;
const DEPENDENCIES = 15_000;

/** How many times the topological sort a decision may take: of what is known, and at first sight. */
const MAX_KNOWN = 1.2;
const MAX_NEW = 15;

/**
 * `decide` beside the topological sort of the same graph by graphology-dag. New: values never seen before, as in a new
 * process. Known: the next reading of the same process, in which one issue is another value (see `readings`).
 */
export function showDecideTime(): void {
  const plan = planOf(bigPlanText({ tasks: TASKS, dependencies: DEPENDENCIES }));
  const config = defaultConfig();
  const project = projectOf(plan, config);
  const later = middle(plan, TASKS / 2);
  const next = readings(later);
  const known = { project: () => project, snapshot: next };
  const unknown = { project: () => projectOf({ ...plan }, config), snapshot: () => unseen(later) };
  const graph = graphologyOf(plan);
  const peer = () => topologicalSort(graph);

  showAgainstHead(`decide on ${TASKS} tasks, ${DEPENDENCIES} dependencies, half done`);
  showAgainst('plan and issues known', compare({ ...rounds(100, known), peer }), MAX_KNOWN);
  const committed = { project: commits(project), snapshot: next };
  showAgainst('a pass after a progress commit', compare({ ...rounds(100, committed), peer }), MAX_KNOWN);
  showAgainst('plan and issues new', compare({ ...rounds(30, unknown), peer }), MAX_NEW);

  showHead('\nthe same at other moments');
  const first = beginning(plan);
  show('at the beginning, plan new', measure(rounds(200, { ...unknown, snapshot: () => first })));
  show('at the beginning, plan known', measure(rounds(200, { ...known, snapshot: () => first })));
  const bounded = projectOf(plan, { ...config, budget: { ...config.budget, plan: { usd: 1_000_000 } } });
  show('half done, known, with a budget', measure(rounds(50, { project: () => bounded, snapshot: next })));
  show('half done, plan new, issues known', measure(rounds(50, { ...unknown, snapshot: next })));
  const small = referencePlan();
  const begun = middle(small, 12);
  const whole = { project: () => projectOf({ ...small }, config), snapshot: () => unseen(begun) };
  show('47 tasks, all new, with a search', measure(rounds(200, whole)));
  show('graphology-dag: topological sort', measure({ rounds: 100, fresh: () => graph, work: topologicalSort }));
  const both = measure({ rounds: 100, fresh: () => plan, work: (given) => topologicalSort(graphologyOf(given)) });
  show('graphology-dag: graph built and sorted', both);
}

interface Given {
  /** A new one is made within the time taken: that is part of what a new plan costs. */
  readonly project: () => Project;
  readonly snapshot: () => Snapshot;
}

/** Decisions of one process, one after the other. */
function rounds(count: number, { project, snapshot }: Given) {
  const derivations = newDerivations();
  const work = (reading: Snapshot) => decide({ snapshot: reading, project: project(), timings: TIMINGS, derivations });
  return { rounds: count, fresh: snapshot, work };
}

/** One reading after the other, a second later each time: what GitHub shows of one running task is another value. */
function readings(snapshot: Snapshot): () => Snapshot {
  const running = snapshot.issues.filter(({ labels }) => labels.includes(LABEL.running));
  let reading = 0;
  return () => {
    reading++;
    const one = running[reading % running.length];
    return {
      ...snapshot,
      now: snapshot.now + reading * 1_000,
      issues: snapshot.issues.map((issue) => (issue === one ? { ...issue } : issue)),
      writers: new Set(snapshot.writers),
    };
  };
}

/** One progress commit after the other, loaded with what was known: one task each time is another value. */
function commits(project: Project): () => Project {
  let known = project;
  let commit = 0;
  return () => {
    const { plan, config } = known;
    const place = commit++ % plan.tasks.length;
    const tasks = plan.tasks.map((task, nth) => {
      const status = nth === place ? 'completed' : task.status;
      return status === task.status ? task : { ...task, status };
    });
    known = projectAgain({ plan: withKnownParts({ ...plan, tasks }, plan), config }, known);
    return known;
  };
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
