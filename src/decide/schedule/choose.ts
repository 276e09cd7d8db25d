import type { Config } from '../../plan/config.ts';
import { type LongestPaths, remainingByTask } from '../../plan/critical-path.ts';
import { neighbours } from '../../plan/edges.ts';
import type { Graph } from '../../plan/graph.ts';
import type { Plan, TaskId } from '../../plan/plan.ts';
import { overlaps } from '../../plan/touches.ts';
import type { LimitUse } from '../../state/budget-limits.ts';
import type { EndingRun } from '../../state/ending-runs.ts';
import { isLooking } from '../../state/preflight/probe.ts';
import { millis } from '../../state/snapshot.ts';
import type { Spending } from '../../state/spending.ts';
import { mayStart, priorityIn, type TaskView } from '../../state/task-view.ts';
import type { Timings } from '../../state/timings.ts';
import { finishedAmong } from '../../state/wave-past.ts';
import { jobsLeft } from './jobs-left.ts';
import { paceOf, pathsAtPace } from './pace.ts';
import { type BudgetLedger, openLedger, type Reserved } from './reserve.ts';
import { Heap } from './search/heap.ts';
import { priorityOf } from './search/order.ts';
import { mayPay, searchOrder } from './search/search.ts';

/** A ready task and the slot it gets. */
export interface Choice {
  readonly task: TaskId;
  readonly agent: string;
  /** Its run looks, before its agent is started, whether work could land. */
  readonly probe?: true;
  /** The most that it may spend, where a budget bounds it. */
  readonly reserved?: Reserved;
}

export interface Chosen {
  readonly choices: readonly Choice[];
  /** Ready tasks that wait for a running one, or for an open pull request, because both change the same files. */
  readonly deferred: ReadonlyMap<TaskId, TaskId>;
  /** Ready tasks that would need more than is left of a limit of the budget. */
  readonly short?: ReadonlyMap<TaskId, LimitUse>;
  /** The one that all other ready tasks wait for, whose run looks whether work could land. */
  readonly looking?: TaskId | undefined;
}

/**
 * Gives free slots to ready tasks. Those with the highest priority go first; where there still is a choice, those that the
 * best schedule found starts first, otherwise those with the longest remaining path through the graph, and of equal ones
 * the first in the plan. Tasks whose `touches` overlap a running task, an open pull request of another task, or one chosen
 * before them, wait. A slot is kept for a task that would go first
 * and may start as soon as an issue is closed, which takes a moment.
 */
export function choose(input: ChooseInput): Chosen {
  return input.isProbeDue ? chooseAlone(input) : chooseMany(input);
}

/** Nothing is dispatched where work could not land: one task alone, the one that would go first, until its run has told. */
function chooseAlone(input: ChooseInput): Chosen {
  const { tasks, ending } = input;
  const running = tasks.filter(({ record }) => record.live !== undefined);
  const isFree = running.length === 0 && ending.length === 0;
  const { choices: [first] = [], short } = isFree ? chooseMany(input) : NOTHING_CHOSEN;
  const looking = first?.task ?? (running.find(({ record }) => isLooking(record)) ?? running[0])?.task.id;
  const choices = first ? [{ ...first, probe: true } as const] : [];
  if (looking === undefined) return { choices, deferred: new Map(), ...(short && { short }) };
  const waiting = tasks.filter((view) => mayStart(view) && view.task.id !== looking);
  return { choices, deferred: new Map(waiting.map(({ task }) => [task.id, looking])), looking };
}

function chooseMany(input: ChooseInput): Chosen {
  const { config, ending } = input;
  const { running, ready, open, soon } = candidatesAmong(input);
  const taken = [...running.map(({ record }) => record.live?.agent), ...ending.map(({ agent }) => agent)];
  const free = freeSlots(taken, config.max_parallel);
  if (ready.length === 0) return NOTHING_CHOSEN;
  const among = { ready, running, open, free, soon };
  const kept = giveSlots(among, input);
  // Something always starts when nothing runs.
  return kept.choices.length > 0 || running.length > 0 ? kept : giveSlots({ ...among, soon: [] }, input);
}

const NOTHING_CHOSEN: Chosen = { choices: [], deferred: new Map() };

interface Candidates {
  readonly ready: readonly TaskView[];
  /** Tasks that may start in a moment: a slot is kept for those that go first. */
  readonly soon: readonly TaskView[];
  readonly running: readonly TaskView[];
  /** Tasks whose work waits in a pull request: nothing lands beside it in the same files. */
  readonly open: readonly TaskView[];
  readonly free: readonly string[];
}

function candidatesAmong(input: ChooseInput): Omit<Candidates, 'free'> {
  const [running, ready, open, ending]: [TaskView[], TaskView[], TaskView[], Set<number>] = [[], [], [], new Set()];
  for (const [place, view] of input.tasks.entries()) {
    // A task that a person closed while it ran is completed, and its run holds its slot to the end all the same.
    if (view.record.live !== undefined) running.push(view);
    if (mayStart(view)) ready.push(view);
    if (hasOpenPull(view)) open.push(view);
    if (isEnding(view, input.now)) ending.add(place);
  }
  return { running, ready, open, soon: soonReady(ending, input) };
}

function giveSlots({ ready, soon, running, open, free }: Candidates, input: ChooseInput): Chosen {
  const later = new Set(soon.map(({ task }) => task.id));
  const busy = running.map(({ task }) => task);
  const pending = open.map(({ task }) => task);
  const choices: Choice[] = [];
  const deferred = new Map<TaskId, TaskId>();
  const ledger = input.budget && openLedger({ ...input, spending: input.budget });
  let kept = 0;
  for (const view of inOrder([...ready, ...soon], { ...input, soon: later, free: free.length })) {
    const { task } = view;
    const agent = free[choices.length];
    if (agent === undefined || choices.length + kept >= free.length) break;
    // What is shown in a pull request already goes on there: two such tasks would wait for each other for ever.
    const others = hasOpenPull(view) ? busy : [...busy, ...pending];
    const other = others.find(({ touches }) => overlaps(touches, task.touches));
    if (other) {
      if (!later.has(task.id)) deferred.set(task.id, other.id);
    } else if (later.has(task.id)) {
      kept++;
      busy.push(task);
    } else {
      const found = ledger?.reserve(view, free.length - choices.length - kept);
      if (found?.kind === 'short') continue;
      if (found) ledger?.take(view, found.reserved);
      choices.push({ task: task.id, agent, ...(found && { reserved: found.reserved }) });
      busy.push(task);
    }
  }
  const chosen = new Set(choices.map(({ task }) => task));
  const left = ready.filter(({ task }) => !chosen.has(task.id));
  return { choices, deferred, ...(ledger && { short: shortAmong(left, ledger) }) };
}

/** Whether there is a slot for them or not: the next pass, which may find none, says the same of each. */
function shortAmong(left: readonly TaskView[], ledger: BudgetLedger): ReadonlyMap<TaskId, LimitUse> {
  return new Map(
    left.flatMap((view) => {
      const found = ledger.reserve(view, 1);
      return found.kind === 'short' ? [[view.task.id, found.limit] as const] : [];
    }),
  );
}

/** In review, or with changes wanted; of a task that is over, or whose pull request is, nothing more lands. */
function hasOpenPull({ state, record: { review } }: TaskView): boolean {
  return review !== undefined && review.closed === undefined && state !== 'completed' && state !== 'skipped';
}

export interface ChooseInput {
  readonly plan: Plan;
  readonly graph: Graph;
  /** By estimate. */
  readonly longestPaths: LongestPaths;
  readonly config: Config;
  readonly tasks: readonly TaskView[];
  /** Runs that were told to end, and may be at work. */
  readonly ending: readonly EndingRun[];
  /** Nobody has told yet whether work could land: see `isProbeDue`. */
  readonly isProbeDue?: boolean;
  /** What has been spent. Absent: nothing is bounded. */
  readonly budget?: Spending;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly timings: Timings;
}

/** Ready tasks, the one that is to start first in front: of thousands, a pass looks at as many as there are slots. */
function* inOrder(
  ready: readonly TaskView[],
  input: ChooseInput & { readonly soon: ReadonlySet<TaskId>; readonly free: number },
): Generator<TaskView, void> {
  const { plan, graph, longestPaths, config, tasks, free } = input;
  const choice = ready.length > free || ready.some(({ task }) => task.touches.length > 0);
  // What finished tasks took corrects both the ranks and the search, of a plan that is not too large for it.
  const pace =
    choice && mayPay(tasks.filter(({ satisfied }) => !satisfied).length) ? paceOf([finishedAmong(tasks)]) : undefined;
  const paths = pace === undefined || pace.isUniform ? longestPaths : pathsAtPace(plan, { graph, pace });
  const { minutes: ranks, first } = paths;
  const longest = ranks[first] ?? 0;
  const jobs = pace && jobsLeft({ ...input, pace, ranks: remainingByTask(plan, paths) });
  const order = jobs ? searchOrder({ jobs, slots: config.max_parallel, longest }).order : 0;
  const keys = new Float64Array(tasks.length);
  const waiting = new Heap(keys);
  for (const view of ready) {
    const place = graph.places.get(view.task.id) ?? 0;
    keys[place] = -priorityOf({ rank: ranks[place] ?? 0, place, priority: priorityIn(view) }, { order, longest });
    waiting.push(place);
  }
  while (waiting.size > 0) yield tasks[waiting.pop()] as TaskView;
}

/**
 * Tasks that wait for nothing but the closing of issues whose tasks are verified: their runs do that next.
 * @param ending Places of those.
 */
function soonReady(ending: ReadonlySet<number>, { tasks, graph: { before, after } }: ChooseInput): readonly TaskView[] {
  const soon = new Set<number>();
  const waitsFor = (place: number) => neighbours(before, place).filter((other) => !ending.has(other));
  for (const place of [...ending].flatMap((ended) => neighbours(after, ended))) {
    const { state, issue } = tasks[place] as TaskView;
    const isSoon = state === 'blocked' && issue !== undefined;
    if (isSoon && waitsFor(place).every((other) => tasks[other]?.satisfied)) soon.add(place);
  }
  return [...soon].map((place) => tasks[place] as TaskView);
}

/** How long a slot is kept for what a closing lets start: a run closes its issue within a minute (ms). */
export const CLOSING_GRACE_MS = 120_000;

function isEnding({ state, satisfied, record: { done } }: TaskView, now: number): boolean {
  if (state !== 'completed' || satisfied || !done) return false;
  return now < millis(done.at) + CLOSING_GRACE_MS;
}

/** Slots that nobody holds, lowest first, as many as may still start. */
function freeSlots(taken: readonly (string | undefined)[], slots: number): readonly string[] {
  const names = Array.from({ length: slots }, (_, index) => `A${index + 1}`).filter((name) => !taken.includes(name));
  return names.slice(0, Math.max(0, slots - taken.length));
}
