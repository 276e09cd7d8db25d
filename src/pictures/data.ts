import { criticalPath } from '../plan/critical-path.ts';
import { buildGraph } from '../plan/graph.ts';
import type { Plan, TaskId } from '../plan/plan.ts';
import { criticalEdges } from './dependencies.ts';
import type { GraphLayout } from './graph-svg.ts';
import type { Schedule, Turn } from './timetable.ts';

/** The graph for programs: `agent-waves graph --json`. */
export interface GraphData {
  readonly critical_path: readonly TaskId[];
  readonly critical_path_min: number;
  /** In file order. Places in pixels from the upper left corner of the graph; absent where the plan is too large. */
  readonly nodes: readonly {
    readonly id: TaskId;
    readonly title: string;
    readonly wave: number;
    readonly estimate_min: number;
    readonly critical: boolean;
    readonly x?: number;
    readonly y?: number;
    readonly width?: number;
    readonly height?: number;
  }[];
  /** Every dependency; `implied` ones follow from others, and pictures leave them out. */
  readonly edges: readonly {
    readonly from: TaskId;
    readonly to: TaskId;
    readonly critical: boolean;
    readonly implied: boolean;
  }[];
}

export function graphData(plan: Plan, laid: GraphLayout | undefined): GraphData {
  const graph = buildGraph(plan);
  const { path, minutes } = criticalPath(plan, graph);
  const onPath = new Set(path);
  const next = criticalEdges(path);
  return {
    critical_path: path,
    critical_path_min: minutes,
    nodes: plan.tasks.map(({ id, title, wave, minutes: estimate_min }, nth) => ({
      id,
      title,
      wave,
      estimate_min,
      critical: onPath.has(id),
      ...(laid ? { ...laid.layout.boxes[nth], ...laid.card } : {}),
    })),
    edges: plan.tasks.flatMap(({ id, dependencies }) => {
      const drawn = new Set(graph.reduced.get(id));
      return dependencies.map((from) => ({ from, to: id, critical: next.get(from) === id, implied: !drawn.has(from) }));
    }),
  };
}

/** The schedule for programs: `agent-waves graph --gantt --json`. */
export interface ScheduleData {
  readonly agents: number;
  readonly makespan_min: number;
  readonly critical_path: readonly TaskId[];
  readonly tasks: readonly (Turn & { readonly wave: number; readonly critical: boolean })[];
}

export function scheduleData({ plan, turns, agents }: Schedule): ScheduleData {
  const { path } = criticalPath(plan, buildGraph(plan));
  const onPath = new Set(path);
  const turnOf = new Map(turns.map((turn) => [turn.id, turn]));
  return {
    agents,
    makespan_min: turns.reduce((last, { end_min }) => Math.max(last, end_min), 0),
    critical_path: path,
    tasks: plan.tasks.flatMap(({ id, wave }) => {
      const turn = turnOf.get(id);
      return turn ? [{ ...turn, wave, critical: onPath.has(id) }] : [];
    }),
  };
}
