import type { Config } from '../plan/config.ts';
import type { Graph } from '../plan/graph.ts';
import type { Task, TaskId } from '../plan/plan.ts';
import type { LimitUse } from './budget-limits.ts';
import { closesNow } from './closes-now.ts';
import { dependencyFingerprint } from './dependency-fingerprint.ts';
import type { Derivations } from './derivations.ts';
import type { HoldsFound } from './last-pass.ts';
import { limitOf, limitsAt, type ProviderLimit } from './limits.ts';
import { isListed } from './listed.ts';
import { changedSince, type FoundBefore, placesDue } from './places-due.ts';
import { newTaskRecord, type TaskRecord } from './record.ts';
import { type Classified, endOf, type Facts, firstRule } from './rules.ts';
import { isOver, isSatisfied } from './satisfied.ts';
import { type MissingSetups, metBy, missingSetups } from './setup.ts';
import type { Blocker, IssueView } from './snapshot.ts';
import { holdReason, isSteered, type SteeringInput, startedParts, waveHoldReason } from './steering.ts';
import { isSameView, type TaskView } from './task-view.ts';
import type { Timings } from './timings.ts';
import type { TrackedIssue } from './tracked-issues.ts';

export interface Classification {
  /** In plan order. */
  readonly tasks: readonly TaskView[];
  /** The earliest moment at which a wait ends by itself. */
  readonly wakeAt: number | undefined;
  readonly holds: HoldsFound;
}

export interface ClassifyInput extends SteeringInput {
  readonly graph: Graph;
  readonly timings: Timings;
  readonly derivations: Derivations;
  /** Issues of what landed are closed before anything starts. */
  readonly closesLanded?: boolean | undefined;
  /** Ready tasks that wait for another one because both change the same files. */
  readonly deferred?: ReadonlyMap<TaskId, TaskId>;
  /** Those that would need more than is left of a limit of the budget. */
  readonly short?: ReadonlyMap<TaskId, LimitUse> | undefined;
  /** The one that all other ready tasks wait for, since its run looks whether work could land. */
  readonly looking?: TaskId | undefined;
  /** What was found with other task records: only what these change is looked at again. */
  readonly before?: FoundBefore;
}

/** Gives every task its state and the reason for it: an ordered table of rules of which the first that matches wins. */
export function classify(input: ClassifyInput): Classification {
  const { plan, graph, snapshot, before } = input;
  const views: TaskView[] = before ? before.tasks.slice() : new Array(plan.tasks.length);
  const holds = holdsOf(input);
  const gathering = {
    ...input,
    views,
    holds: holds.ofTask,
    limits: limitsAt(input.tracked.plan?.record, snapshot.now),
    missing: missingSetups(input.tracked, input.config),
  };
  // A limit, or what runs found missing, holds tasks of any kind.
  const isAnyHeld = gathering.limits.size > 0 || gathering.missing.asked.length > 0;
  const due = placesDue({ ...input, holds: holds.found, isAnyHeld });
  for (const place of graph.sequence) {
    if (due[place] === 0) continue;
    const found = classifyTask(place, gathering);
    if (before && isSameView(found, before.tasks[place])) continue;
    views[place] = found;
    // What waits for it says what it waits for.
    for (let edge = graph.after.from[place] as number; edge < (graph.after.from[place + 1] as number); edge++)
      due[graph.after.to[edge] as number] = 1;
  }
  let wakeAt: number | undefined;
  for (const { until } of views) if (until !== undefined) wakeAt = Math.min(wakeAt ?? until, until);
  return { tasks: views, wakeAt, holds: holds.found };
}

function classifyTask(place: number, input: FactSources): TaskView {
  const task = input.plan.tasks[place];
  if (!task) throw new Error(`the graph has ${place + 1} tasks or more, which the plan has not`);
  const trackedIssue = input.tracked.tasks.get(task.id);
  const facts = gatherFacts(place, task, trackedIssue, input);
  const verdict = firstRule(facts);
  const isClosing = closesNow({ closesLanded: input.closesLanded, trackedIssue });
  return view(facts, { verdict, isClosing });
}

interface Holds {
  readonly ofTask: (task: Task) => string | undefined;
  readonly found: HoldsFound;
}

/** Why each task is held. Where nobody said anything on a task itself or on one that needs it, all of its wave stand alike. */
function holdsOf(input: ClassifyInput): Holds {
  const { plan, tracked, before } = input;
  const again = changedSince(input);
  const isTaskOver = (task: Task, place: number): boolean => {
    const known = again?.has(task.id) === false ? before?.tasks[place] : undefined;
    if (known) return isOver(known);
    const { issue, record } = trackedOr(task, input);
    return isOver({ state: endOf({ issue, record }), record });
  };
  const started = startedParts({ ...input, isOver: isTaskOver });
  const steering = { ...input, started };
  const waves = new Map(plan.waves.map(({ number }) => [number, waveHoldReason(number, steering)]));
  const ofTask = (task: Task) => {
    const own = tracked.tasks.get(task.id);
    if (started.tasks.has(task.id) || (own && isSteered(own))) return holdReason(task, steering);
    return waves.get(task.wave);
  };
  return { ofTask, found: { waves, started: started.tasks } };
}

interface FactSources extends ClassifyInput {
  readonly views: readonly TaskView[];
  readonly holds: Holds['ofTask'];
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
    looking: input.looking,
    short: input.short?.get(task.id),
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

function view(
  facts: Facts,
  { verdict: { state, reason, until }, isClosing }: { readonly verdict: Classified; readonly isClosing: boolean },
): TaskView {
  const { task, issue, record, missing } = facts;
  const first = record.history[0] ?? record.live;
  return {
    task,
    state,
    reason,
    issue: issue?.number,
    record,
    satisfied: isSatisfied({ state, record, issue: isClosing ? undefined : issue }),
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
