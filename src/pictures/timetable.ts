import { criticalPath, lowerBound } from '../plan/critical-path.ts';
import { formatMinutes } from '../plan/estimate.ts';
import { buildGraph } from '../plan/graph.ts';
import type { Plan, TaskId } from '../plan/plan.ts';
import { waveName } from '../plan/waves.ts';
import { counted } from '../text/words.ts';
import { placesOf, taskTooltip, titleBeside } from './drawing.ts';
import { groupBy } from './group-by.ts';

/** When a task runs, and where; minutes from the start of the plan. */
export interface Turn {
  readonly id: TaskId;
  readonly agent_id: string;
  readonly start_min: number;
  readonly end_min: number;
}

/** A schedule of what is left to do of a plan. */
export interface Schedule {
  /** Without the tasks that are done. */
  readonly plan: Plan;
  /** One for each task of the plan. */
  readonly turns: readonly Turn[];
  readonly agents: number;
  /** How many tasks the plan had more, all of them done. */
  readonly completed: number;
}

/** What a picture of a schedule shows, before anybody decides how. */
export interface Timetable {
  readonly name: string;
  readonly of: 'tasks' | 'waves';
  readonly agents: number;
  readonly minutes: number;
  /** One for each agent that has something to do, or one for each wave. */
  readonly rows: readonly TimetableRow[];
  readonly waves: readonly { readonly number: number; readonly title: string }[];
  readonly summary: string;
  readonly longest: string;
  readonly notes: readonly string[];
}

export interface TimetableRow {
  readonly label: string;
  /** `86%`: how much of the whole time it is busy. */
  readonly note: string;
  /** By start; they do not overlap. */
  readonly bars: readonly TimetableBar[];
}

export interface TimetableBar {
  readonly key: string;
  readonly id: string;
  readonly title: string;
  readonly start: number;
  readonly end: number;
  /** Place of its wave. */
  readonly group: number;
  readonly critical: boolean;
  /** Place of the task in the plan, and of those that it waits for. */
  readonly place: number;
  readonly needs: readonly number[];
  readonly tooltip: readonly string[];
}

/** One bar for each task, in the row of its agent. */
export function taskTimetable(schedule: Schedule): Timetable {
  const { plan, turns, agents } = schedule;
  const { path } = criticalPath(plan, buildGraph(plan));
  const critical = new Set(path);
  const place = placesOf(plan);
  const groupOf = new Map(plan.waves.map(({ number }, index) => [number, index]));
  const about = aboutSchedule(schedule);
  const rows = new Map<string, TimetableBar[]>();
  for (const turn of turns.toSorted((a, b) => a.start_min - b.start_min || a.end_min - b.end_min)) {
    const index = place.get(turn.id) ?? 0;
    const task = plan.tasks[index];
    if (!task) continue;
    const bar: TimetableBar = {
      key: `t${index + 1}`,
      id: task.id,
      title: titleBeside(task),
      start: turn.start_min,
      end: turn.end_min,
      place: index,
      group: groupOf.get(task.wave) ?? 0,
      critical: critical.has(task.id),
      needs: task.dependencies.map((dependency) => place.get(dependency) ?? 0),
      tooltip: [
        ...taskTooltip(plan, { task, critical: critical.has(task.id) }),
        `${turn.agent_id}, from ${formatMinutes(turn.start_min)} to ${formatMinutes(turn.end_min)}`,
      ],
    };
    const row = rows.get(turn.agent_id);
    if (row) row.push(bar);
    else rows.set(turn.agent_id, [bar]);
  }
  return {
    ...about,
    of: 'tasks',
    rows: [...rows]
      .toSorted(([a], [b]) => a.length - b.length || (a < b ? -1 : 1))
      .map(([label, bars]) => ({ label, note: busy(bars, about.minutes), bars })),
    notes: [
      ...(rows.size < agents ? [`${counted(agents - rows.size, 'agent')} with nothing to do left out`] : []),
      ...completedNote(schedule),
    ],
  };
}

/** One bar for each wave, from the start of its first task to the end of its last. The critical path leads through most. */
export function waveTimetable(schedule: Schedule): Timetable {
  const { plan, turns } = schedule;
  const turnOf = new Map(turns.map((turn) => [turn.id, turn]));
  const inWave = groupBy(plan.tasks, ({ wave }) => wave);
  const rows = plan.waves.flatMap((wave, group): readonly TimetableRow[] => {
    const tasks = (inWave.get(wave.number) ?? []).flatMap(({ id }) => turnOf.get(id) ?? []);
    const start = tasks.reduce((first, { start_min }) => Math.min(first, start_min), Number.POSITIVE_INFINITY);
    const end = tasks.reduce((last, { end_min }) => Math.max(last, end_min), 0);
    if (tasks.length === 0) return [];
    const bar: TimetableBar = {
      key: `w${wave.number}`,
      id: `Wave ${wave.number}`,
      title: wave.title,
      start,
      end,
      group,
      place: group,
      needs: [],
      critical: false,
      tooltip: [waveName(wave), `From ${formatMinutes(start)} to ${formatMinutes(end)}`],
    };
    return [{ label: `Wave ${wave.number}`, note: counted(tasks.length, 'task'), bars: [bar] }];
  });
  const note = `${counted(plan.tasks.length, 'task')} are too many to be shown: these are the waves`;
  return { ...aboutSchedule(schedule), of: 'waves', rows, notes: [note, ...completedNote(schedule)] };
}

function aboutSchedule({
  plan,
  turns,
  agents,
}: Schedule): Pick<Timetable, 'name' | 'agents' | 'minutes' | 'waves' | 'summary' | 'longest'> {
  const { path, minutes: chain } = criticalPath(plan, buildGraph(plan));
  const minutes = turns.reduce((last, { end_min }) => Math.max(last, end_min), 0);
  const work = turns.reduce((sum, { start_min, end_min }) => sum + end_min - start_min, 0);
  const share = minutes === 0 ? 0 : Math.round((100 * work) / (minutes * agents));
  const bound = lowerBound(plan, agents);
  return {
    name: plan.name,
    agents,
    minutes,
    waves: plan.waves,
    summary: `${counted(plan.tasks.length, 'task')} on ${counted(agents, 'agent')}: done after ${formatMinutes(minutes)}, at best ${formatMinutes(bound)} · ${formatMinutes(work)} of work, ${share}% of the agents' time`,
    longest: `${formatMinutes(chain)} over ${counted(path.length, 'task')}`,
  };
}

function completedNote({ completed }: Schedule): readonly string[] {
  return completed === 0 ? [] : [`${counted(completed, 'completed task')} left out`];
}

function busy(bars: readonly TimetableBar[], minutes: number): string {
  const work = bars.reduce((sum, { start, end }) => sum + end - start, 0);
  return `${minutes === 0 ? 0 : Math.round((100 * work) / minutes)}%`;
}
