import type { Graph } from '../../plan/graph.ts';
import type { Plan } from '../../plan/plan.ts';
import { millis } from '../../state/snapshot.ts';
import { priorityIn, type TaskView } from '../../state/task-view.ts';
import { foreseeable } from './foreseeable.ts';
import { type Pace, paceOf, pathsAtPace, spentInSlices } from './pace.ts';
import { priorityOf } from './search/order.ts';
import { slotOf } from './slot-of.ts';
import { layOutTimeline, type TimelineEntry, type TimelineJob } from './timeline.ts';

/** What is expected of the tasks that are left. */
export interface Foresight {
  readonly pace: Pace;
  /** The tasks that will end without a person, in plan order; none while no moment is known. */
  readonly views: readonly TaskView[];
  /** When each of them starts and ends, by its place among `views`: those that run, then the others in order of start. */
  readonly expected: readonly TimelineEntry[];
  /** By place in the plan: 1 for each of them. */
  readonly foreseen: Uint8Array;
}

export interface ForesightInput {
  readonly plan: Plan;
  readonly graph: Graph;
  /** In plan order. */
  readonly tasks: readonly TaskView[];
  readonly slots: number;
  /** From when on tasks are foreseen (epoch milliseconds): the latest moment that the state knows, unless given. */
  readonly asOf?: number | undefined;
}

const MINUTE = 60_000;

/**
 * The remaining tasks in order of their longest remaining path, each on the first free slot, estimates corrected by the pace
 * so far, of each category by its own. A function of state, never of the clock. Back-offs and tasks that may not run side by
 * side are left out of account; work in review is taken as about to be merged. A pass that writes the body of the plan
 * issue foresees thousands of tasks: places and numbers stand for them as far as they can.
 */
export function foresee({ plan, graph, tasks, slots, asOf = latestMoment(tasks) }: ForesightInput): Foresight {
  const pace = paceOf(tasks);
  if (asOf === undefined) return { pace, views: [], expected: [], foreseen: new Uint8Array(tasks.length) };
  const foreseen = foreseeable(graph, tasks);
  const { minutes: rank, first } = pathsAtPace(plan, { graph, pace });
  const longest = first < 0 ? 0 : (rank[first] as number);
  const places = placesOf(foreseen);
  const views = places.map((place) => tasks[place] as TaskView);
  const needsOf = needsAmong(places, graph);
  const jobs = views.map((view, job): TimelineJob => {
    const place = places[job] as number;
    const { duration, running } = timesOf(view, { asOf, pace });
    const ranked = { rank: rank[place] as number, place, priority: priorityIn(view) };
    return { duration, running, rank: priorityOf(ranked, { order: 0, longest }), needs: needsOf(place) };
  });
  return { pace, views, expected: layOutTimeline({ jobs, slots, from: asOf }), foreseen };
}

function placesOf(foreseen: Uint8Array): readonly number[] {
  const places: number[] = [];
  for (let place = 0; place < foreseen.length; place++) if (foreseen[place] === 1) places.push(place);
  return places;
}

/** Of each task that is foreseen those that it waits for, by their places among all that are. */
function needsAmong(places: readonly number[], { sequence, before: { from, to } }: Graph): (place: number) => number[] {
  const jobs = new Int32Array(sequence.length).fill(-1);
  for (let job = 0; job < places.length; job++) jobs[places[job] as number] = job;
  return (place) => {
    const needs: number[] = [];
    for (let edge = from[place] as number; edge < (from[place + 1] as number); edge++) {
      const job = jobs[to[edge] as number] as number;
      if (job >= 0) needs.push(job);
    }
    return needs;
  };
}

function timesOf(
  view: TaskView,
  { asOf, pace }: { readonly asOf: number; readonly pace: Pace },
): { readonly duration: number; readonly running: TimelineJob['running'] } {
  const whole = view.task.minutes * pace.of(view.task) * MINUTE;
  const rest = Math.max(0, whole - spentInSlices(view));
  if (view.state === 'in-review') return { duration: 0, running: { end: asOf, slot: undefined } };
  if (view.state !== 'running') return { duration: Math.max(rest, Math.min(whole, MINUTE)), running: undefined };
  const since = view.record.live?.sent ?? view.startedAt;
  const sent = since === undefined ? asOf : millis(since);
  return { duration: rest, running: { end: Math.max(asOf, sent + rest), slot: slotOf(view) } };
}

/** The latest moment that the state knows, to the second (epoch milliseconds). */
function latestMoment(tasks: readonly TaskView[]): number | undefined {
  let latest = Number.NEGATIVE_INFINITY;
  for (const { startedAt, completedAt, record } of tasks) {
    for (const at of [startedAt, completedAt, record.live?.sent])
      if (at !== undefined) latest = Math.max(latest, millis(at));
    for (const { sent, ended } of record.history) latest = Math.max(latest, millis(sent), millis(ended));
  }
  return latest === Number.NEGATIVE_INFINITY ? undefined : Math.floor(latest / 1_000) * 1_000;
}
