import type { Config } from '../plan/config.ts';
import type { Graph } from '../plan/graph.ts';
import type { Task, TaskId } from '../plan/plan.ts';
import { dependencyFingerprint } from './dependency-fingerprint.ts';
import type { Derivations } from './derivations.ts';
import { limitOf, limitsAt, type ProviderLimit } from './limits.ts';
import { isListed } from './listed.ts';
import { newTaskRecord, type TaskRecord } from './record.ts';
import { type Classified, endOf, type Facts, firstRule } from './rules.ts';
import { isOver, isSatisfied } from './satisfied.ts';
import { type MissingSetups, metBy, missingSetups } from './setup.ts';
import type { Blocker, IssueView } from './snapshot.ts';
import { holdReason, isSteered, type SteeringInput, startedParts } from './steering.ts';
import type { TaskView } from './task-view.ts';
import type { Timings } from './timings.ts';
import type { TrackedIssue } from './tracked-issues.ts';

export interface Classification {
  /** In plan order. */
  readonly tasks: readonly TaskView[];
  /** The earliest moment at which a wait ends by itself. */
  readonly wakeAt: number | undefined;
}

export interface ClassifyInput extends SteeringInput {
  readonly graph: Graph;
  readonly timings: Timings;
  readonly derivations: Derivations;
  /** Ready tasks that wait for another one because both change the same files. */
  readonly deferred?: ReadonlyMap<TaskId, TaskId>;
  /** What was found in the same situation with other task records: only what these change is looked at again. */
  readonly before?: { readonly tasks: readonly TaskView[]; readonly changed: ReadonlySet<TaskId> };
}

/** Gives every task its state and the reason for it: an ordered table of rules of which the first that matches wins. */
export function classify(input: ClassifyInput): Classification {
  const { plan, graph, snapshot } = input;
  const views: TaskView[] = new Array(plan.tasks.length);
  const gathering = {
    ...input,
    views,
    holds: holdsOf(input),
    limits: limitsAt(input.tracked.plan?.record, snapshot.now),
    missing: missingSetups(input.tracked.tasks, input.config),
  };
  let wakeAt: number | undefined;
  for (const place of graph.sequence) {
    const known = unchanged(place, input, views);
    const found = known ?? classifyTask(place, gathering);
    views[place] = found;
    if (found.until !== undefined) wakeAt = Math.min(wakeAt ?? found.until, found.until);
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

function classifyTask(place: number, input: FactSources): TaskView {
  const task = input.plan.tasks[place];
  if (!task) throw new Error(`the graph has ${place + 1} tasks or more, which the plan has not`);
  const trackedIssue = input.tracked.tasks.get(task.id);
  const { completedViews } = input.derivations;
  const known = trackedIssue && completedViews.get(trackedIssue.issue);
  if (known?.task === task && known.record === trackedIssue?.record) return known;
  const facts = gatherFacts(place, task, trackedIssue, input);
  const verdict = firstRule(facts);
  const found = view(facts, verdict);
  if (trackedIssue && verdict.state === 'completed' && !trackedIssue.issue.open)
    completedViews.set(trackedIssue.issue, found);
  return found;
}

type Holds = (task: Task) => string | undefined;

/** Why each task is held. Where nobody said anything on a task itself or on one that needs it, all of its wave stand alike. */
function holdsOf(input: ClassifyInput): Holds {
  const isTaskOver = (task: Task): boolean => {
    const { issue, record } = trackedOr(task, input);
    return isOver({ state: endOf({ issue, record }), record });
  };
  const started = startedParts({ ...input, isOver: isTaskOver });
  const steering = { ...input, started };
  const ofWave = new Map<number, string | undefined>();
  return (task) => {
    const own = input.tracked.tasks.get(task.id);
    if (started.tasks.has(task.id) || (own && isSteered(own))) return holdReason(task, steering);
    if (!ofWave.has(task.wave)) ofWave.set(task.wave, holdReason(task, steering));
    return ofWave.get(task.wave);
  };
}

interface FactSources extends ClassifyInput {
  readonly views: readonly TaskView[];
  readonly holds: Holds;
  /** Limits of model providers that hold now. */
  readonly limits: ReadonlyMap<string, ProviderLimit>;
  /** What runs found missing, and a person is asked for. */
  readonly missing: MissingSetups;
}

function gatherFacts(
  place: number,
  task: Task,
  trackedIssue: TrackedIssue<TaskRecord> | undefined,
  input: FactSources,
): Facts {
  const { graph, config, snapshot, timings, views, holds, limits } = input;
  const { record } = trackedOr(task, input);
  return {
    task,
    issue: trackedIssue?.issue,
    record,
    ceiling: record.ceiling ?? config.attempts,
    timings,
    now: snapshot.now,
    held: holds(task),
    missing: unsatisfied(place, graph, views),
    foreign: trackedIssue ? foreignBlockers(trackedIssue.issue, record) : NONE,
    deferredTo: input.deferred?.get(task.id),
    unchanged: record.waits !== undefined && record.waits.for === dependencyFingerprint(record, snapshot),
    limit: limits.size === 0 ? undefined : limitFor(task, config, limits),
    missingSetup: input.missing.asked.length === 0 ? undefined : metBy(task, input.missing, config),
  };
}

/** The issue of a task and its record. One that has no issue yet may be listed as completed, and then needs none. */
function trackedOr(
  task: Task,
  { plan, tracked }: Pick<ClassifyInput, 'plan' | 'tracked'>,
): { readonly issue: IssueView | undefined; readonly record: TaskRecord } {
  const known = tracked.tasks.get(task.id);
  if (known) return known;
  const record = newTaskRecord(plan.id, task.id);
  return { issue: undefined, record: isListed(task, record) ? { ...record, listed: true } : record };
}

function limitFor(task: Task, config: Config, limits: FactSources['limits']): Facts['limit'] {
  const of = limitOf(task, config);
  const limit = limits.get(of);
  return limit && { of, ...limit };
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

/** Blockers that the plan knows nothing of. One in another repository always is: its number says nothing here. */
function foreignBlockers({ blockedBy }: IssueView, { relations, needs }: TaskRecord): readonly Blocker[] {
  let foreign: Blocker[] | undefined;
  for (const blocker of blockedBy) {
    const { number, open, repository } = blocker;
    const known = repository === undefined && (relations.includes(number) || Object.values(needs).includes(number));
    if (!open || known) continue;
    if (foreign) foreign.push(blocker);
    else foreign = [blocker];
  }
  return foreign ?? NONE;
}

function view(facts: Facts, { state, reason, until }: Classified): TaskView {
  const { task, issue, record, missing } = facts;
  const first = record.history[0] ?? record.live;
  return {
    task,
    state,
    reason,
    issue: issue?.number,
    record,
    satisfied: isSatisfied({ state, record, issue }),
    unverified: state === 'completed' && (!record.done || record.done.unverified === true),
    stuck: state === 'blocked' && missing.some((dependency) => dependency.stuck || needsPerson(dependency)),
    ...(until === undefined ? {} : { until }),
    startedAt: first?.sent,
    completedAt: state === 'completed' ? (record.done?.at ?? issue?.closedAt) : undefined,
    run: record.live?.run,
  };
}

function needsPerson({ state, satisfied }: TaskView): boolean {
  return state === 'needs-human' || state === 'lost' || (state === 'skipped' && !satisfied);
}
