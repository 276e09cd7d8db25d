import type { Config } from '../../plan/config.ts';
import { criticalPath } from '../../plan/critical-path.ts';
import { buildGraph, type Graph } from '../../plan/graph.ts';
import type { Plan, Task, TaskId } from '../../plan/plan.ts';
import type { Path } from '../../plan/position.ts';
import { type EarliestRun, earliestSchedule } from './earliest-schedule.ts';
import { ancestry, type NumberedTasks, numberTasks } from './numbered-tasks.ts';
import type { PlanDocument } from './plan-document.ts';

/** Something to be said about a place of the plan file. */
export interface RuleFinding {
  readonly path: Path;
  /** The key of the place rather than its value. */
  readonly part?: 'key';
  /** What is so; what to do. */
  readonly message: string;
}

/** One thing that may be amiss in a plan that is sound. */
export interface CheckRule {
  /** Stable: people and programs refer to it. */
  readonly name: string;
  /** What it finds, in the plural, for people: "12 redundant dependencies". */
  readonly about: string;
  readonly find: (input: RuleInput) => readonly RuleFinding[];
}

/** A plan with what several rules ask of it. */
export interface RuleInput {
  readonly plan: Plan;
  readonly document: PlanDocument;
  /** Longest an agent works in one run, in minutes. */
  readonly slice: number;
  readonly graph: Graph;
  readonly tasks: ReadonlyMap<string, Task>;
  readonly numbered: NumberedTasks;
  /** Minutes of all tasks, one after the other. */
  readonly work: number;
  readonly critical: { readonly path: readonly TaskId[]; readonly minutes: number };
  /** The same by number, for those who ask millions of times: true when the first waits for the second. */
  readonly waits: (task: number, other: number) => boolean;
  /** True when the first waits for the second, directly or through others. */
  readonly waitsFor: (task: TaskId, other: TaskId) => boolean;
  /** What the dependencies allow with as many agents as there is work for. */
  readonly whole: readonly EarliestRun[];
  /** The same for a wave by itself. */
  readonly insideWave: (number: number) => readonly EarliestRun[];
}

interface Ruled {
  readonly plan: Plan;
  readonly config: Pick<Config, 'slice'>;
  readonly document: PlanDocument;
}

export function ruleInput({ plan, config, document }: Ruled): RuleInput {
  const graph = buildGraph(plan);
  const numbered = numberTasks(plan, graph);
  const waits = ancestry(numbered);
  const numberOf = (id: TaskId) => numbered.numbers.get(id) ?? 0;
  const waves = new Map<number, readonly EarliestRun[]>();
  return {
    plan,
    document,
    graph,
    numbered,
    waits,
    slice: config.slice,
    tasks: new Map(plan.tasks.map((task) => [task.id, task])),
    work: plan.tasks.reduce((sum, { minutes }) => sum + minutes, 0),
    critical: criticalPath(plan, graph),
    whole: earliestSchedule(graph.order, numbered),
    waitsFor: (task, other) => waits(numberOf(task), numberOf(other)),
    insideWave: (number) => {
      const known = waves.get(number) ?? earliestSchedule(idsOf(plan, number), numbered);
      waves.set(number, known);
      return known;
    },
  };
}

function idsOf({ tasks }: Plan, wave: number): readonly TaskId[] {
  return tasks.filter((task) => task.wave === wave).map(({ id }) => id);
}
