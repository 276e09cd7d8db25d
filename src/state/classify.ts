import type { Graph } from '../plan/graph.ts';
import type { Task, TaskId } from '../plan/plan.ts';
import { nextAttempt } from './attempts.ts';
import { inline } from './markdown.ts';
import { newTaskRecord, type PastDispatch, type TaskRecord } from './record.ts';
import { type IssueView, instant, millis } from './snapshot.ts';
import { holdReason, isSteered, type SteeringInput, startedWaves } from './steering.ts';
import type { Subject } from './subjects.ts';
import type { TaskState, TaskView } from './task-view.ts';
import type { Timings } from './timings.ts';

export interface Classification {
  /** In plan order. */
  readonly tasks: readonly TaskView[];
  /** The earliest moment at which a wait ends by itself. */
  readonly wakeAt: number | undefined;
}

export interface ClassifyInput extends SteeringInput {
  readonly graph: Graph;
  readonly timings: Timings;
  /** Ready tasks that wait for another one because both change the same files. */
  readonly deferred?: ReadonlyMap<TaskId, TaskId>;
  /** What was found in the same situation with other task records: only what these change is looked at again. */
  readonly before?: { readonly tasks: readonly TaskView[]; readonly changed: ReadonlySet<TaskId> };
}

/** Runs that may end one after the other without a result before a person is asked. */
const MAX_SILENT = 3;

/** Gives every task its state and the reason for it: an ordered table of rules of which the first that matches wins. */
export function classify(input: ClassifyInput): Classification {
  const { plan, graph, timings } = input;
  const views: TaskView[] = new Array(plan.tasks.length);
  const gathering = { ...input, views, holds: holdsOf(input) };
  let wakeAt: number | undefined;
  for (const place of graph.sequence) {
    const known = unchanged(place, input, views);
    const found = known ?? look(place, gathering);
    views[place] = found;
    if (found.state !== 'retrying') continue;
    const due = retryAt(found.record, timings);
    wakeAt = Math.min(wakeAt ?? due, due);
  }
  return { tasks: views, wakeAt };
}

/** The view of a task from before, when neither its record nor the view of anything that it waits for is another now. */
function unchanged(
  place: number,
  { before, deferred, graph: { before: needs } }: ClassifyInput,
  views: readonly TaskView[],
): TaskView | undefined {
  const known = before?.tasks[place];
  if (!before || !known || before.changed.has(known.task.id) || deferred?.has(known.task.id)) return undefined;
  for (let edge = needs.from[place] as number; edge < (needs.from[place + 1] as number); edge++) {
    const dependency = needs.to[edge] as number;
    if (views[dependency] !== before.tasks[dependency]) return undefined;
  }
  return known;
}

function look(place: number, input: Gathering): TaskView {
  const task = input.plan.tasks[place];
  if (!task) throw new Error(`the graph has ${place + 1} tasks or more, which the plan has not`);
  const subject = input.subjects.tasks.get(task.id);
  const settled = subject && SETTLED.get(subject.issue);
  if (settled?.task === task && settled.record === subject?.record) return settled;
  const facts = gather(place, task, subject, input);
  const { state, reason } = firstRule(facts);
  const found = view(facts, state, reason);
  if (subject && state === 'completed' && !subject.issue.open) SETTLED.set(subject.issue, found);
  return found;
}

/** Views of tasks whose issue is closed as completed: nothing but task, issue and record has a say in them. */
const SETTLED = new WeakMap<IssueView, TaskView>();

type Holds = (task: Task) => string | undefined;

/** Why each task is held. Where nobody said anything on a task itself, all tasks of its wave stand alike. */
function holdsOf(input: ClassifyInput): Holds {
  const started = startedWaves(input);
  const ofWave = new Map<number, string | undefined>();
  return (task) => {
    const own = input.subjects.tasks.get(task.id);
    if (own && isSteered(own)) return holdReason(task, input, started);
    if (!ofWave.has(task.wave)) ofWave.set(task.wave, holdReason(task, input, started));
    return ofWave.get(task.wave);
  };
}

/** What the rules look at, for one task. */
interface Facts {
  readonly task: Task;
  readonly issue: IssueView | undefined;
  readonly record: TaskRecord;
  readonly ceiling: number;
  readonly timings: Timings;
  readonly now: number;
  readonly held: string | undefined;
  /** Dependencies that are not satisfied. */
  readonly missing: readonly TaskView[];
  /** Open blockers that people put on the issue. */
  readonly foreign: readonly number[];
  readonly deferredTo: TaskId | undefined;
}

interface Verdict {
  readonly state: TaskState;
  readonly reason: string;
}

type Rule = (facts: Facts) => Verdict | undefined;

const RULES: readonly Rule[] = [completed, skipped, running, needsHuman, held, blocked, retrying];

function firstRule(facts: Facts): Verdict {
  for (const rule of RULES) {
    const verdict = rule(facts);
    if (verdict) return verdict;
  }
  if (facts.deferredTo)
    return { state: 'ready', reason: `waits for ${inline(facts.deferredTo)}, which changes the same files` };
  return { state: 'ready', reason: facts.issue ? 'waits for a free slot' : 'its issue is created next' };
}

function completed({ issue, record }: Facts): Verdict | undefined {
  if (issue?.closedAs === 'completed') {
    return { state: 'completed', reason: record.done ? 'verified and closed' : 'closed by hand, not verified' };
  }
  if (!issue?.open) return undefined;
  if (record.done) return { state: 'completed', reason: 'verified; its issue is about to be closed' };
  return record.listed ? { state: 'completed', reason: 'listed as completed in the plan, not verified' } : undefined;
}

function skipped({ issue, record }: Facts): Verdict | undefined {
  if (record.skipped) return { state: 'skipped', reason: 'left out by `/skip`; dependents go on without it' };
  if (issue && !issue.open)
    return { state: 'skipped', reason: 'closed as not planned; comment `/skip` to let dependents go on' };
  return undefined;
}

function running({ record }: Facts): Verdict | undefined {
  if (!record.live) return undefined;
  const { agent, sent } = record.live;
  return { state: 'running', reason: `running on ${agent} since ${clock(sent)}, attempt ${record.attempt}` };
}

function needsHuman({ record, ceiling }: Facts): Verdict | undefined {
  const last = record.history.at(-1);
  if (!last) return undefined;
  if (nextAttempt(record) > ceiling) {
    return {
      state: 'needs-human',
      reason: `attempt ${last.attempt} of ${ceiling} failed: ${cause(last)}; comment \`/retry\``,
    };
  }
  if (silentInARow(record) < MAX_SILENT) return undefined;
  return {
    state: 'needs-human',
    reason: `${MAX_SILENT} runs in a row could not work: ${cause(last)}; comment \`/retry\``,
  };
}

function held(facts: Facts): Verdict | undefined {
  return facts.held === undefined ? undefined : { state: 'held', reason: facts.held };
}

function blocked({ missing, foreign }: Facts): Verdict | undefined {
  if (missing.length === 0 && foreign.length === 0) return undefined;
  const parts = [...missing.map(describe), ...foreign.map((number) => `#${number}, which somebody set as a blocker`)];
  const shown = parts.slice(0, 3).join('; ');
  return { state: 'blocked', reason: `waits for ${shown}${parts.length > 3 ? ` and ${parts.length - 3} more` : ''}` };
}

function describe({ task, issue, state, reason }: TaskView): string {
  const name = issue === undefined ? inline(task.id) : `${inline(task.id)} (#${issue})`;
  if (state === 'running') return `${name}, ${reason}`;
  if (state === 'blocked') return `${name}, which waits itself`;
  if (state === 'completed') return `${name}, about to be closed`;
  return `${name}, ${state}`;
}

function retrying({ record, timings, now }: Facts): Verdict | undefined {
  const last = record.history.at(-1);
  const due = retryAt(record, timings);
  if (!last || now >= due) return undefined;
  return {
    state: 'retrying',
    reason: `attempt ${last.attempt} ended: ${cause(last)}; tried again after ${clock(instant(due))}`,
  };
}

function cause({ what, outcome }: PastDispatch): string {
  return what === undefined ? outcome : inline(what);
}

/** `10:02` in UTC. */
function clock(at: string): string {
  return at.slice(11, 16);
}

interface Gathering extends ClassifyInput {
  readonly views: readonly TaskView[];
  readonly holds: Holds;
}

function gather(place: number, task: Task, subject: Subject<TaskRecord> | undefined, input: Gathering): Facts {
  const { plan, graph, config, snapshot, timings, views, holds } = input;
  const record = subject?.record ?? {
    ...newTaskRecord(plan.name, task.id),
    ...(task.status === 'completed' ? { listed: true } : {}),
  };
  return {
    task,
    issue: subject?.issue,
    record,
    ceiling: record.ceiling ?? config.attempts,
    timings,
    now: snapshot.now,
    held: holds(task),
    missing: unsatisfied(place, graph, views),
    foreign: subject ? foreignBlockers(subject.issue, record) : NONE,
    deferredTo: input.deferred?.get(task.id),
  };
}

const NONE: readonly never[] = [];

/** Dependencies that are not satisfied, as the task lists them. */
function unsatisfied(place: number, { before }: Graph, views: readonly TaskView[]): readonly TaskView[] {
  let missing: TaskView[] | undefined;
  for (let edge = before.from[place] as number; edge < (before.from[place + 1] as number); edge++) {
    const dependency = views[before.to[edge] as number];
    if (!dependency || dependency.satisfied) continue;
    if (missing) missing.push(dependency);
    else missing = [dependency];
  }
  return missing ?? NONE;
}

function foreignBlockers({ blockedBy }: IssueView, { relations, needs }: TaskRecord): readonly number[] {
  let foreign: number[] | undefined;
  for (const { number, open } of blockedBy) {
    if (!open || relations.includes(number) || Object.values(needs).includes(number)) continue;
    if (foreign) foreign.push(number);
    else foreign = [number];
  }
  return foreign ?? NONE;
}

function view(facts: Facts, state: TaskState, reason: string): TaskView {
  const { task, issue, record, missing } = facts;
  const closed = issue !== undefined && !issue.open;
  const first = record.history[0] ?? record.live;
  return {
    task,
    state,
    reason,
    issue: issue?.number,
    record,
    satisfied: (state === 'completed' && closed) || (state === 'skipped' && record.skipped === true),
    unverified: state === 'completed' && !record.done,
    stuck: state === 'blocked' && missing.some((dependency) => dependency.stuck || needsPerson(dependency)),
    startedAt: first?.sent,
    completedAt: state === 'completed' ? (record.done?.at ?? issue?.closedAt) : undefined,
    run: record.live?.run,
  };
}

function needsPerson({ state, satisfied }: TaskView): boolean {
  return state === 'needs-human' || (state === 'skipped' && !satisfied);
}

/** Failures since a person last asked for another try. */
function since(record: TaskRecord): readonly PastDispatch[] {
  const from = record.retried;
  return from === undefined ? record.history : record.history.filter((past) => millis(past.ended) > millis(from));
}

const UNCOUNTED: readonly PastDispatch['outcome'][] = ['infrastructure', 'dependency', 'quota', 'superseded'];

function silentInARow(record: TaskRecord): number {
  const recent = since(record);
  const counted = recent.findLastIndex((past) => !UNCOUNTED.includes(past.outcome));
  return recent.length - 1 - counted;
}

/** Epoch milliseconds until which a failed attempt waits; 0 when nothing failed. */
export function retryAt(record: TaskRecord, timings: Timings): number {
  if (record.history.length === 0) return 0;
  const recent = since(record).filter(
    (past) => past.outcome !== 'completed' && past.outcome !== 'continued' && past.outcome !== 'cancelled',
  );
  const last = recent.at(-1);
  return last ? millis(last.ended) + timings.backoff * 2 ** Math.min(recent.length - 1, 6) : 0;
}
