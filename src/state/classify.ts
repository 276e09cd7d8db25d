import type { Graph } from '../plan/graph.ts';
import type { Task, TaskId } from '../plan/plan.ts';
import { nextAttempt } from './attempts.ts';
import { inline } from './markdown.ts';
import { newTaskRecord, type PastDispatch, type TaskRecord } from './record.ts';
import { type IssueView, instant, millis } from './snapshot.ts';
import { holdReason, type SteeringInput, startedWaves } from './steering.ts';
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
}

/** Runs that may end one after the other without a result before a person is asked. */
const MAX_SILENT = 3;

/** Gives every task its state and the reason for it: an ordered table of rules of which the first that matches wins. */
export function classify(input: ClassifyInput): Classification {
  const views = new Map<TaskId, TaskView>();
  const byId = new Map(input.plan.tasks.map((task) => [task.id, task]));
  const started = startedWaves(input);
  let wakeAt: number | undefined;
  for (const id of input.graph.order) {
    const task = byId.get(id);
    if (!task) throw new Error(`the graph names ${id}, which the plan does not`);
    const facts = gather(task, input, views, started);
    const { state, reason } = firstRule(facts);
    if (state === 'retrying') wakeAt = Math.min(wakeAt ?? Number.POSITIVE_INFINITY, facts.retryAt);
    views.set(id, view(facts, state, reason));
  }
  return { tasks: input.plan.tasks.flatMap((task) => views.get(task.id) ?? []), wakeAt };
}

/** What the rules look at, for one task. */
interface Facts {
  readonly task: Task;
  readonly issue: IssueView | undefined;
  readonly record: TaskRecord;
  readonly ceiling: number;
  /** Epoch milliseconds until which a failed attempt waits; 0 when nothing failed. */
  readonly retryAt: number;
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

function retrying({ record, retryAt, now }: Facts): Verdict | undefined {
  const last = record.history.at(-1);
  if (!last || now >= retryAt) return undefined;
  return {
    state: 'retrying',
    reason: `attempt ${last.attempt} ended: ${cause(last)}; tried again after ${clock(instant(retryAt))}`,
  };
}

function cause({ what, outcome }: PastDispatch): string {
  return what === undefined ? outcome : inline(what);
}

/** `10:02` in UTC. */
function clock(at: string): string {
  return at.slice(11, 16);
}

function gather(
  task: Task,
  input: ClassifyInput,
  views: ReadonlyMap<TaskId, TaskView>,
  started: ReadonlySet<number>,
): Facts {
  const { plan, config, snapshot, subjects, timings } = input;
  const subject = subjects.tasks.get(task.id);
  const record = subject?.record ?? {
    ...newTaskRecord(plan.name, task.id),
    ...(task.status === 'completed' ? { listed: true } : {}),
  };
  const ours = new Set([...record.relations, ...Object.values(record.needs)]);
  return {
    task,
    issue: subject?.issue,
    record,
    ceiling: record.ceiling ?? config.attempts,
    retryAt: retryAt(record, timings),
    now: snapshot.now,
    held: holdReason(task, input, started),
    missing: task.dependencies.flatMap((id) => {
      const dependency = views.get(id);
      return dependency && !dependency.satisfied ? [dependency] : [];
    }),
    foreign: (subject?.issue.blockedBy ?? []).flatMap(({ number, open }) =>
      open && !ours.has(number) ? [number] : [],
    ),
    deferredTo: input.deferred?.get(task.id),
  };
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
  const recent = since(record).filter(
    (past) => past.outcome !== 'completed' && past.outcome !== 'continued' && past.outcome !== 'cancelled',
  );
  const last = recent.at(-1);
  return last ? millis(last.ended) + timings.backoff * 2 ** Math.min(recent.length - 1, 6) : 0;
}
