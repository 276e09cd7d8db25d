import { remainingByTask } from '../../plan/critical-path.ts';
import { buildGraph, type Graph } from '../../plan/graph.ts';
import type { Plan, Task, TaskId } from '../../plan/plan.ts';
import { UNKNOWN_SLOT } from '../../state/names.ts';
import { isOver } from '../../state/satisfied.ts';
import { type Instant, instant, millis } from '../../state/snapshot.ts';
import { priorityIn, type TaskView } from '../../state/task-view.ts';
import { foreseeable } from './foreseeable.ts';
import { type Pace, paceOf, pathsAtPace, spentInSlices } from './pace.ts';
import { priorityOf } from './search/order.ts';
import { layOutTimeline, type TimelineJob } from './timeline.ts';

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
  readonly tasks: readonly TaskView[];
  readonly slots: number;
  /** From when on tasks are foreseen: the latest moment that the state knows, unless given. */
  readonly asOf?: Instant;
}

const MINUTE = 60_000;

/**
 * What happened and what is expected: the remaining tasks in order of their longest remaining path, each on the first
 * free slot, estimates corrected by the pace so far, of each category by its own. A function of state, never of the clock. Back-offs and tasks that
 * may not run side by side are left out of account; work in review is taken as about to be merged.
 */
export function forecast(input: ForecastInput): Forecast {
  const { plan, tasks, slots } = input;
  const pace = paceOf(tasks);
  const graph = buildGraph(plan);
  const happened = tasks.flatMap((view) => barOfPast(view));
  const asOf = input.asOf ?? latest(tasks.flatMap((view) => momentsOf(view)));
  const foreseen = asOf === undefined ? new Set<TaskId>() : foreseeable(graph.order, tasks);
  const expected =
    asOf === undefined ? [] : expectedBars({ plan, graph, tasks, slots, asOf: millis(asOf), pace, foreseen });
  const unfinished = tasks.filter((view) => !isOver(view));
  const bars = inOrder([...happened, ...expected], plan);
  return {
    expectedFinish: unfinished.length > 0 ? latest(expected.map(({ end }) => end)) : latest(bars.map(({ end }) => end)),
    bars,
    pace: pace.overall,
    unforeseen: unfinished.map(({ task }) => task.id).filter((id) => !foreseen.has(id)),
  };
}

/** The slot that runs the task, or ran it last; undefined where nobody knows. */
export function slotOf(view: TaskView): string | undefined {
  const slot = view.record.live?.agent ?? view.record.history.at(-1)?.agent;
  return slot === UNKNOWN_SLOT ? undefined : slot;
}

/** What a task that is not running has done so far, failed attempts and the pauses between them included. */
function barOfPast(view: TaskView): readonly ForecastBar[] {
  const { state, startedAt, completedAt, task, record } = view;
  if (state === 'running' || state === 'in-review') return [];
  const end = state === 'completed' ? completedAt : record.history.at(-1)?.ended;
  if (startedAt === undefined || end === undefined) return [];
  return [{ task: task.id, start: startedAt, end, actual: true, ...slotField(slotOf(view)) }];
}

interface Expectation {
  readonly plan: Plan;
  readonly graph: Graph;
  readonly tasks: readonly TaskView[];
  readonly slots: number;
  readonly asOf: number;
  readonly pace: Pace;
  readonly foreseen: ReadonlySet<TaskId>;
}

function expectedBars({ plan, graph, tasks, slots, asOf, pace, foreseen }: Expectation): readonly ForecastBar[] {
  const rank = remainingByTask(plan, pathsAtPace(plan, { graph, pace }));
  const longest = Math.max(0, ...rank.values());
  const views = new Map(tasks.map((view) => [view.task.id, view]));
  const jobs = tasks
    .filter(({ task }) => foreseen.has(task.id))
    .map((view, place) => {
      const ranked = { rank: rank.get(view.task.id) ?? 0, place, priority: priorityIn(view) };
      return jobOf(view, { asOf, pace, rank: priorityOf(ranked, { order: 0, longest }), foreseen });
    });
  return layOutTimeline({ jobs, slots, from: asOf }).map(({ id, start, end, slot }) => {
    const view = views.get(id);
    const begun = view?.state === 'running' || view?.state === 'in-review' ? view.startedAt : undefined;
    return { task: id, start: begun ?? instant(start), end: instant(end), actual: false, ...slotField(slot) };
  });
}

function jobOf(
  view: TaskView,
  known: Pick<Expectation, 'asOf' | 'pace' | 'foreseen'> & { readonly rank: number },
): TimelineJob {
  const { asOf, pace, foreseen, rank } = known;
  const job = { id: view.task.id, rank, needs: view.task.dependencies.filter((id) => foreseen.has(id)) };
  const whole = view.task.minutes * pace.of(view.task) * MINUTE;
  const rest = Math.max(0, whole - spentInSlices(view));
  if (view.state === 'in-review') return { ...job, needs: [], duration: 0, running: { end: asOf, slot: undefined } };
  if (view.state !== 'running') return { ...job, duration: Math.max(rest, Math.min(whole, MINUTE)) };
  const sent = millis(view.record.live?.sent ?? view.startedAt ?? instant(asOf));
  return { ...job, needs: [], duration: rest, running: { end: Math.max(asOf, sent + rest), slot: slotOf(view) } };
}

function momentsOf({ startedAt, completedAt, record }: TaskView): readonly Instant[] {
  const past = record.history.flatMap(({ sent, ended }) => [sent, ended]);
  return [startedAt, completedAt, record.live?.sent, ...past].filter((at) => at !== undefined);
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
