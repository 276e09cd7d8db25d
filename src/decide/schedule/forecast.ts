import { buildGraph } from '../../plan/graph.ts';
import type { Plan, Task, TaskId } from '../../plan/plan.ts';
import { byWave } from '../../state/by-wave.ts';
import { isOver } from '../../state/satisfied.ts';
import { type Instant, instant, millis } from '../../state/snapshot.ts';
import type { TaskView } from '../../state/task-view.ts';
import { foresee } from './foresee.ts';
import { slotOf } from './slot-of.ts';
import type { TimelineEntry } from './timeline.ts';

export { slotOf } from './slot-of.ts';

/** One task on the time line. */
export interface ForecastBar {
  readonly task: TaskId;
  readonly start: Instant;
  readonly end: Instant;
  /** True for what happened; false where the end is expected, though the task may have started. */
  readonly actual: boolean;
  readonly slot?: string;
}

export interface Forecast {
  /** When the last task ends that can be foreseen; when the plan ended, once it has. Undefined when nothing is known. */
  readonly expectedFinish: Instant | undefined;
  /** By start, then in plan order. A task that failed and starts again has one for its past and one for what is expected. */
  readonly bars: readonly ForecastBar[];
  /** What finished tasks took over what was estimated: their median, 1 while there are none. */
  readonly pace: number;
  /** Unfinished tasks without a bar, in plan order: they wait for a person, or for a task that does. */
  readonly unforeseen: readonly TaskId[];
}

export interface ForecastInput {
  readonly plan: Plan;
  /** In plan order. */
  readonly tasks: readonly TaskView[];
  readonly slots: number;
  /** From when on tasks are foreseen: the latest moment that the state knows, unless given. */
  readonly asOf?: Instant;
}

/** What happened and what is expected: see `foresee`. */
export function forecast({ plan, tasks, slots, asOf }: ForecastInput): Forecast {
  const graph = buildGraph(plan);
  const from = asOf === undefined ? undefined : millis(asOf);
  const { pace, expected, foreseen } = foresee({ plan, graph, tasks, byWave: byWave(tasks), slots, asOf: from });
  const ahead = expected.map((entry) => barOf(tasks[entry.place] as TaskView, entry));
  const bars = inOrder([...tasks.flatMap((view) => barOfPast(view)), ...ahead], plan);
  const isFinished = tasks.every((view) => isOver(view));
  return {
    expectedFinish: latest((isFinished ? bars : ahead).map(({ end }) => end)),
    bars,
    pace: pace.overall,
    unforeseen: tasks.filter((view, place) => !isOver(view) && foreseen[place] === 0).map(({ task }) => task.id),
  };
}

function barOf({ task, state, startedAt }: TaskView, { start, end, slot }: TimelineEntry): ForecastBar {
  const begun = state === 'running' || state === 'in-review' ? startedAt : undefined;
  return { task: task.id, start: begun ?? instant(start), end: instant(end), actual: false, ...slotField(slot) };
}

/** What a task that is not running has done so far, failed attempts and the pauses between them included. */
function barOfPast(view: TaskView): readonly ForecastBar[] {
  const { state, startedAt, completedAt, task, record } = view;
  if (state === 'running' || state === 'in-review') return [];
  const end = state === 'completed' ? completedAt : record.history.at(-1)?.ended;
  if (startedAt === undefined || end === undefined) return [];
  return [{ task: task.id, start: startedAt, end, actual: true, ...slotField(slotOf(view)) }];
}

function latest(moments: readonly Instant[]): Instant | undefined {
  if (moments.length === 0) return undefined;
  return instant(moments.reduce((last, at) => Math.max(last, millis(at)), Number.NEGATIVE_INFINITY));
}

function inOrder(bars: readonly ForecastBar[], plan: Plan): readonly ForecastBar[] {
  const place = new Map(plan.tasks.map(({ id }: Task, index) => [id, index]));
  return bars.toSorted(
    (a, b) => millis(a.start) - millis(b.start) || (place.get(a.task) ?? 0) - (place.get(b.task) ?? 0),
  );
}

function slotField(slot: string | undefined): { readonly slot?: string } {
  return slot === undefined ? {} : { slot };
}
