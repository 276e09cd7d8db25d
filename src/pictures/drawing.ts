import { criticalPath } from '../plan/critical-path.ts';
import { formatMinutes } from '../plan/estimate.ts';
import { buildGraph } from '../plan/graph.ts';
import type { Plan, Task, TaskId } from '../plan/plan.ts';
import { waveName } from '../plan/waves.ts';
import { counted } from '../text/words.ts';
import { criticalEdges, waveEdges } from './dependencies.ts';
import { groupBy } from './group-by.ts';

/** What a picture of a plan shows, before anybody decides how: the same for every format. */
export interface Drawing {
  readonly name: string;
  /** `waves` where there are too many tasks: each box is a wave then. */
  readonly of: 'tasks' | 'waves';
  readonly groups: readonly WaveGroup[];
  readonly boxes: readonly Box[];
  readonly edges: readonly GraphEdge[];
  /** One sentence about the whole plan. */
  readonly summary: string;
  /** `23.5h over 6 tasks` */
  readonly longest: string;
  /** What the picture leaves out, one sentence each. */
  readonly notes: readonly string[];
}

/** One wave. */
export interface WaveGroup {
  readonly number: number;
  readonly title: string;
  /** `6 tasks · 19h` */
  readonly note: string;
}

export interface Box {
  /** What the box is called inside a file: `t12`, `w3`. */
  readonly key: string;
  /** Id of the task, or `Wave 3`. */
  readonly id: string;
  readonly title: string;
  /** `3h`, or `6 tasks · 19h` */
  readonly note: string;
  /** Place of its wave among the groups. */
  readonly group: number;
  readonly critical: boolean;
  /** Places of the boxes that it waits for, those that others imply included. */
  readonly needs: readonly number[];
  /** Everything about it, one line each. */
  readonly tooltip: readonly string[];
}

/** Places of two boxes: the second waits for the first. */
export interface GraphEdge {
  readonly from: number;
  readonly to: number;
  readonly critical: boolean;
  /** How many dependencies the edge stands for. */
  readonly count: number;
}

/** Every task, with the dependencies that no other one implies. */
export function taskDrawing(plan: Plan): Drawing {
  const graph = buildGraph(plan);
  const { path } = criticalPath(plan, graph);
  const place = placesOf(plan);
  const next = criticalEdges(path);
  const onPath = new Set(path);
  const groupOf = new Map(plan.waves.map(({ number }, index) => [number, index]));
  const edges = plan.tasks.flatMap(({ id }, to) =>
    (graph.reduced.get(id) ?? []).map((dependency): GraphEdge => {
      return { from: place.get(dependency) ?? 0, to, critical: next.get(dependency) === id, count: 1 };
    }),
  );
  const implied = plan.tasks.reduce((sum, { dependencies }) => sum + dependencies.length, 0) - edges.length;
  return {
    ...aboutPlan(plan),
    of: 'tasks',
    boxes: plan.tasks.map((task, index): Box => {
      const critical = onPath.has(task.id);
      return {
        key: `t${index + 1}`,
        id: task.id,
        title: titleBeside(task),
        note: formatMinutes(task.minutes),
        critical,
        group: groupOf.get(task.wave) ?? 0,
        needs: task.dependencies.map((dependency) => place.get(dependency) ?? 0),
        tooltip: taskTooltip(plan, { task, critical }),
      };
    }),
    edges,
    notes: implied === 0 ? [] : [`${impliedText(implied)} left out`],
  };
}

/**
 * One box for each wave, for plans that are too large to show tasks.
 *
 * @param most Edges that are shown: those of the critical path first, then those that stand for most dependencies.
 */
export function waveDrawing(plan: Plan, most: number): Drawing {
  const about = aboutPlan(plan);
  const { path } = criticalPath(plan, buildGraph(plan));
  const waveOf = new Map(plan.tasks.map(({ id, wave }) => [id, wave]));
  const onPath = path.map((id) => waveOf.get(id) ?? 0);
  const next = new Set(onPath.map((wave, index) => `${wave} ${onPath[index + 1]}`));
  const critical = new Set(onPath);
  const place = new Map(plan.waves.map(({ number }, index) => [number, index]));
  const all = waveEdges(plan).map(({ from, to, count }): GraphEdge => {
    return { from: place.get(from) ?? 0, to: place.get(to) ?? 0, critical: next.has(`${from} ${to}`), count };
  });
  const needs = groupBy(all, ({ to }) => to);
  const edges = heaviest(all, most);
  const fewer = all.length - edges.length;
  return {
    ...about,
    of: 'waves',
    boxes: plan.waves.map((wave, index): Box => {
      const note = about.groups[index]?.note ?? '';
      return {
        key: `w${wave.number}`,
        id: `Wave ${wave.number}`,
        title: wave.title,
        note,
        group: index,
        critical: critical.has(wave.number),
        needs: (needs.get(index) ?? []).map(({ from }) => from),
        tooltip: [waveName(wave), note],
      };
    }),
    edges,
    notes: [
      `${counted(plan.tasks.length, 'task')} are too many to be shown: these are the waves`,
      ...(fewer === 0 ? [] : [`${counted(fewer, 'edge')} that stand for the fewest dependencies left out`]),
    ],
  };
}

/** `3 dependencies that others imply` */
function impliedText(count: number): string {
  return `${counted(count, 'dependency', 'dependencies')} that others imply`;
}

export function placesOf(plan: Plan): ReadonlyMap<TaskId, number> {
  return new Map(plan.tasks.map(({ id }, index) => [id, index]));
}

/** What a reader wants to know about a task, one line each. */
export function taskTooltip(
  plan: Plan,
  { task, critical }: { readonly task: Task; readonly critical: boolean },
): readonly string[] {
  const wave = plan.waves.find(({ number }) => number === task.wave) ?? { number: task.wave, title: '' };
  return [
    `${task.id}: ${task.title}`,
    `Estimate: ${formatMinutes(task.minutes)}`,
    waveName(wave),
    task.dependencies.length === 0 ? 'Waits for nothing' : `Waits for ${task.dependencies.join(', ')}`,
    ...(critical ? ['On the critical path'] : []),
  ];
}

function aboutPlan(plan: Plan): Pick<Drawing, 'name' | 'groups' | 'summary' | 'longest'> {
  const { path, minutes } = criticalPath(plan, buildGraph(plan));
  const inWave = new Map<number, { tasks: number; minutes: number }>();
  for (const task of plan.tasks) {
    const sum = inWave.get(task.wave) ?? { tasks: 0, minutes: 0 };
    inWave.set(task.wave, { tasks: sum.tasks + 1, minutes: sum.minutes + task.minutes });
  }
  const work = plan.tasks.reduce((sum, task) => sum + task.minutes, 0);
  const longest = `${formatMinutes(minutes)} over ${counted(path.length, 'task')}`;
  return {
    name: plan.name,
    groups: plan.waves.map(({ number, title }) => {
      const { tasks, minutes } = inWave.get(number) ?? { tasks: 0, minutes: 0 };
      return { number, title, note: `${counted(tasks, 'task')} · ${formatMinutes(minutes)}` };
    }),
    summary: `${counted(plan.tasks.length, 'task')} in ${counted(plan.waves.length, 'wave')} · ${formatMinutes(work)} of work · critical path ${longest}`,
    longest,
  };
}

function heaviest(edges: readonly GraphEdge[], most: number): readonly GraphEdge[] {
  if (edges.length <= most) return edges;
  const kept = new Set(
    edges.toSorted((a, b) => Number(b.critical) - Number(a.critical) || b.count - a.count).slice(0, most),
  );
  return edges.filter((edge) => kept.has(edge));
}

/** A task that its document gave no title is titled by its id: said once. */
export function titleBeside({ id, title }: Pick<Task, 'id' | 'title'>): string {
  return title === id ? '' : title;
}
