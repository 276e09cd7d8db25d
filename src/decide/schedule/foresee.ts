import { type LongestPaths, longestPaths } from '../../plan/critical-path.ts';
import type { Graph } from '../../plan/graph.ts';
import type { Plan } from '../../plan/plan.ts';
import { ofEachWave } from '../../state/by-wave.ts';
import type { Derivations } from '../../state/derivations.ts';
import { millis } from '../../state/snapshot.ts';
import { priorityIn, type TaskView } from '../../state/task-view.ts';
import { type WavePast, wavePastOf } from '../../state/wave-past.ts';
import { foreseeable } from './foreseeable.ts';
import { type Pace, paceOf, pathsAtPace, spentInSlices } from './pace.ts';
import { priorityOf } from './search/order.ts';
import { slotOf } from './slot-of.ts';
import { layOutTimeline, type RunningJob, type TimelineEntry, type TimelineJobs } from './timeline.ts';

/** What is expected of the tasks that are left. */
export interface Foresight {
  readonly pace: Pace;
  /** When each task that will end without a person starts and ends: those that run, then the others in order of start. */
  readonly expected: readonly TimelineEntry[];
  /** By place in the plan: 1 for each of them; none while no moment is known. */
  readonly foreseen: Uint8Array;
}

export interface ForesightInput {
  readonly plan: Plan;
  readonly graph: Graph;
  /** By estimate, where they are known. */
  readonly paths?: LongestPaths | undefined;
  /** In plan order. */
  readonly tasks: readonly TaskView[];
  /** The same, by wave. */
  readonly byWave: ReadonlyMap<number, readonly TaskView[]>;
  readonly known?: Known | undefined;
  readonly slots: number;
  /** From when on tasks are foreseen (epoch milliseconds): the latest moment that the state knows, unless given. */
  readonly asOf?: number | undefined;
}

type Known = Pick<Derivations, 'wavePasts' | 'ordersOfPlans'>;

const MINUTE = 60_000;

/**
 * The remaining tasks in order of their longest remaining path, each on the first free slot, estimates corrected by the pace
 * so far, of each category by its own. A function of state, never of the clock. Back-offs and tasks that may not run side by
 * side are left out of account; work in review is taken as about to be merged. A pass that writes the body of the plan
 * issue foresees thousands of tasks: places and numbers stand for them as far as they can.
 */
export function foresee(input: ForesightInput): Foresight {
  const { graph, tasks, slots } = input;
  const pasts = ofEachWave(input.byWave, { kept: input.known?.wavePasts, find: wavePastOf });
  const pace = paceOf(pasts.map(({ finished }) => finished));
  const asOf = input.asOf ?? latestOf(pasts);
  if (asOf === undefined) return { pace, expected: [], foreseen: new Uint8Array(tasks.length) };
  const foreseen = foreseeable(graph, tasks);
  const jobs = jobsOf(foreseen, { ...input, pace, asOf });
  return { pace, expected: layOutTimeline({ ...jobs, graph, slots, from: asOf }), foreseen };
}

/** The latest moment that the state knows, to the second (epoch milliseconds). */
function latestOf(pasts: readonly WavePast[]): number | undefined {
  const latest = pasts.reduce((known, past) => Math.max(known, past.latest), Number.NEGATIVE_INFINITY);
  return latest === Number.NEGATIVE_INFINITY ? undefined : Math.floor(latest / 1_000) * 1_000;
}

interface JobsInput extends Omit<ForesightInput, 'asOf'> {
  readonly pace: Pace;
  readonly asOf: number;
}

function jobsOf(included: Uint8Array, input: JobsInput): TimelineJobs {
  const { tasks, pace, asOf } = input;
  const durations = new Float64Array(tasks.length);
  const running = new Map<number, RunningJob>();
  for (let place = 0; place < tasks.length; place++) {
    if (included[place] === 0) continue;
    const view = tasks[place] as TaskView;
    const whole = view.task.minutes * pace.of(view.task) * MINUTE;
    durations[place] = durationOf(view, whole);
    const job = runningJobOf(view, { asOf, duration: durations[place] as number });
    if (job) running.set(place, job);
  }
  return { included, durations, order: orderOf(included, input), running };
}

/** Tasks in the order in which they get slots: nothing but the plan has a say in it while nobody and no pace changes it. */
function orderOf(included: Uint8Array, { plan, graph, paths, tasks, pace, known }: JobsInput): Int32Array {
  const priorities = new Float64Array(tasks.length);
  let isOfPlan = pace.isUniform;
  for (let place = 0; place < tasks.length; place++) {
    if (included[place] === 0) continue;
    const priority = priorityIn(tasks[place] as TaskView);
    priorities[place] = priority;
    if (priority !== 0) isOfPlan = false;
  }
  const before = isOfPlan && paths ? known?.ordersOfPlans.get(paths) : undefined;
  if (before) return before;
  const ranks = pace.isUniform ? (paths ?? longestPaths(plan, graph)) : pathsAtPace(plan, { graph, pace });
  const longest = ranks.minutes[ranks.first] ?? 0;
  const keys = priorities.map((priority, place) =>
    priorityOf({ rank: ranks.minutes[place] as number, place, priority }, { order: 0, longest }),
  );
  const order = inOrderOf(keys);
  if (isOfPlan && paths) known?.ordersOfPlans.set(paths, order);
  return order;
}

/** @returns Places by what they count for: the highest first, of equal ones the first in the plan. */
function inOrderOf(keys: Float64Array): Int32Array {
  return Int32Array.from(keys.keys()).sort((a, b) => (keys[b] as number) - (keys[a] as number) || a - b);
}

/** Milliseconds that are left of a task that takes so many in all. */
function durationOf(view: TaskView, whole: number): number {
  if (view.state === 'in-review') return 0;
  const rest = Math.max(0, whole - spentInSlices(view));
  return view.state === 'running' ? rest : Math.max(rest, Math.min(whole, MINUTE));
}

function runningJobOf(
  view: TaskView,
  { asOf, duration }: { readonly asOf: number; readonly duration: number },
): RunningJob | undefined {
  if (view.state === 'in-review') return { end: asOf, slot: undefined };
  if (view.state !== 'running') return undefined;
  const since = view.record.live?.sent ?? view.startedAt;
  const sent = since === undefined ? asOf : millis(since);
  return { end: Math.max(asOf, sent + duration), slot: slotOf(view) };
}
