import type { Plan, TaskId } from '../plan/plan.ts';
import { MAX_ADOPTED } from './body-room.ts';
import { taskRecordOf } from './derivations.ts';
import { type Duplicate, isUnseen, type MatchedGroups, type MatchInput, ofPlan, renewed } from './match-groups.ts';
import { ACTIONS_LOGIN, LABEL, parseDispatchTitle } from './names.ts';
import { recordsOf } from './plan-identity.ts';
import { idInPlan, newTaskRecord, type TaskRecord } from './record.ts';
import { highestDispatchIn } from './record-form.ts';
import { endOf } from './rules.ts';
import { isOver } from './satisfied.ts';
import { type IssueView, millis, type Snapshot } from './snapshot.ts';
import { idInTitle, idsOf } from './title-ids.ts';
import type { TrackedIssue } from './tracked-issue.ts';
import { mayWrite } from './trust.ts';

/** Which issues stand for the tasks of a plan. */

type TrackedTask = TrackedIssue<TaskRecord>;

export interface MatchedTasks {
  readonly tasks: ReadonlyMap<TaskId, TrackedTask>;
  readonly removed: ReadonlyMap<TaskId, TrackedTask>;
  readonly duplicates: readonly Duplicate[];
  /** Issues that people labelled as tasks that have one already. */
  readonly spare: ReadonlyMap<TaskId, readonly IssueView[]>;
  /** Other plans by their ids: whether anything of them is left to do, or at work. */
  readonly others: ReadonlyMap<string, { readonly isUnfinished: boolean; readonly isAtWork: boolean }>;
  /** Tasks whose issue is known by its number and not in view: none is made anew. */
  readonly unseen: ReadonlySet<TaskId>;
}

interface Input extends MatchInput {
  readonly groups: MatchedGroups;
}

/**
 * First by records; what a person broke is found again by the numbers that the records of waves keep, by the titles of
 * runs, by the title that the app gave it, and by the one that it has; what people labelled is adopted where the task has no issue yet.
 */
export function matchTasks(input: Input): MatchedTasks {
  const { snapshot, plan, groups } = input;
  const named = namedIssues(groups);
  const { tasks, removed, duplicates, unknown, others } = byRecord({ ...input, named });
  const idOf = idsOf(plan);
  const inTitles = runTitles(snapshot);
  const isFree = (issue: IssueView) =>
    !groups.foreign.has(issue.number) && !groups.foreign.has(issue.parent ?? Number.NaN);
  const free = unknown.filter(isFree);
  const take = (find: (issue: IssueView) => TaskId | undefined) => {
    for (const issue of free) {
      const id = find(issue);
      if (id !== undefined && !tasks.has(id) && ![...tasks.values()].some((known) => known.issue === issue))
        tasks.set(id, { issue, ...renewed(issue, renewalOf(issue, { plan, id, snapshot, named })) });
    }
  };
  take(({ number }) => idOf(named.get(number) ?? ''));
  take(({ number }) => idOf(inTitles.get(number) ?? ''));
  take((issue) => (isMadeByUs(issue, input) ? idInTitle(issue.firstTitle, idOf) : undefined));
  take((issue) =>
    isOurs(issue, snapshot) && issue.labels.includes(LABEL.task) ? idInTitle(issue.title, idOf) : undefined,
  );
  take((issue) =>
    issue.body.length <= MAX_ADOPTED && isLabelledByWriter(issue, snapshot) ? idInTitle(issue.title, idOf) : undefined,
  );
  return {
    tasks,
    removed,
    duplicates,
    others,
    spare: spareIssues(free, { tasks, idOf, snapshot }),
    unseen: unseenTasks(named, { tasks, idOf, snapshot, inTitles }),
  };
}

/** Numbers to tasks, as the records of waves keep them. */
function namedIssues({ waves }: MatchedGroups): ReadonlyMap<number, string> {
  return new Map(
    [...waves.values()].flatMap(({ record }) =>
      Object.entries(record.issues ?? {}).map(([id, number]) => [number, id] as const),
    ),
  );
}

/** The same by the titles of runs: whatever became of the body, somebody works on the task there. */
function runTitles({ runs, app }: Snapshot): ReadonlyMap<number, string> {
  return new Map(
    runs.flatMap(({ title, actor, ended }) => {
      const inputs = ended || (actor !== app && actor !== ACTIONS_LOGIN) ? undefined : parseDispatchTitle(title);
      return inputs ? [[inputs.issue, inputs.task] as const] : [];
    }),
  );
}

interface ByRecord extends Input {
  readonly named: ReadonlyMap<number, string>;
}

function byRecord({ snapshot, plan, derivations, named, ...input }: ByRecord) {
  const isOfPlan = recordsOf(plan, { snapshot, derivations });
  const idOf = idsOf(plan);
  const tasks = new Map<TaskId, TrackedTask>();
  const removed = new Map<TaskId, TrackedTask>();
  const duplicates: Duplicate[] = [];
  const unknown: IssueView[] = [];
  const others = new Map<string, { isUnfinished: boolean; isAtWork: boolean }>();
  const taken = new Set([input.groups.plan?.issue, ...[...input.groups.waves.values()].map(({ issue }) => issue)]);
  for (const issue of snapshot.issues) {
    if (taken.has(issue) || isGroup(issue)) continue;
    const isTrusted = isTrustedTask(issue, { snapshot, named });
    const written = isTrusted ? taskRecordOf(issue, derivations) : undefined;
    const record = written && isCopied(issue, { record: written, named, idOf }) ? undefined : written;
    // A person who closes the only issue of a task as a duplicate says no to it.
    if (issue.closedAs === 'duplicate' && !named.has(issue.number)) continue;
    if (!record) unknown.push(issue);
    else if (!isOfPlan(record)) {
      const { isUnfinished = false, isAtWork = false } = others.get(record.plan) ?? {};
      others.set(record.plan, {
        isUnfinished: isUnfinished || isLeft({ issue, record }),
        isAtWork: isAtWork || record.live !== undefined,
      });
    } else {
      const name = idInPlan(record);
      const id = idOf(name);
      const known = id ? tasks.get(id) : removed.get(name);
      if (known && issue.open) duplicates.push({ issue, of: known.issue.number });
      if (!known) (id ? tasks : removed).set(id ?? name, { issue, record: ofPlan(record, plan), intact: true });
    }
  }
  moveRenamed(plan, { tasks, removed });
  return { tasks, removed, duplicates, unknown, others };
}

/** A task of another plan that is not over: what was lost, or closed as not planned without `/skip`, is waited for there. */
function isLeft({ issue, record }: Pick<TrackedTask, 'issue' | 'record'>): boolean {
  if (issue.open) return true;
  return record.removed === undefined && !isOver({ state: endOf({ issue, record }), record });
}

interface Written {
  readonly record: TaskRecord;
  readonly named: ReadonlyMap<number, string>;
  readonly idOf: (name: string) => TaskId | undefined;
}

/** Somebody pasted the body of another task: by the records of waves the issue is one task's, and that task's is another. */
function isCopied({ number }: IssueView, { record, named, idOf }: Written): boolean {
  const own = idOf(named.get(number) ?? '');
  const told = idOf(idInPlan(record));
  if (own === undefined || told === undefined || own === told) return false;
  return [...named].some(([other, name]) => other !== number && idOf(name) === told);
}

function isGroup({ labels }: IssueView): boolean {
  return (labels.includes(LABEL.plan) || labels.includes(LABEL.wave)) && !labels.includes(LABEL.task);
}

/**
 * A record counts while its last writer may write, on an issue that is the app's: one that it opened, or adopted, which
 * the record of its wave then names. What stands in an issue before that was written by anybody.
 */
function isTrustedTask(
  issue: IssueView,
  { snapshot, named }: { readonly snapshot: Snapshot; readonly named: ReadonlyMap<number, string> },
): boolean {
  if (issue.writer === snapshot.app) return true;
  return (issue.author === snapshot.app || named.has(issue.number)) && mayWrite(issue.writer, snapshot);
}

/** Where a task says that it had another id, the issue under that id is its own. */
function moveRenamed(
  plan: Plan,
  { tasks, removed }: { readonly tasks: Map<TaskId, TrackedTask>; readonly removed: Map<TaskId, TrackedTask> },
): void {
  for (const { id, was } of plan.tasks) {
    const before = was === undefined ? undefined : removed.get(was);
    if (was === undefined || !before || tasks.has(id)) continue;
    removed.delete(was);
    tasks.set(id, before);
  }
}

interface NewRecord {
  readonly plan: Plan;
  readonly id: TaskId;
  readonly snapshot: Snapshot;
  readonly named: ReadonlyMap<number, string>;
}

/** Of a record that cannot be read only the dispatch number is believed: it never falls. */
function renewalOf(issue: IssueView, { plan, id, ...given }: NewRecord) {
  const record = newTaskRecord(plan.id, id);
  const isTrusted = isTrustedTask(issue, given);
  const dispatch = isTrusted ? highestDispatchIn(issue.body) : 0;
  return { record: { ...record, dispatch }, isTrusted };
}

function isOurs({ author, writer }: IssueView, { app }: Snapshot): boolean {
  return author === app || writer === app;
}

/** Nobody can edit what the app called it. Of its own issues those that it made for tasks lie in a wave. */
function isMadeByUs({ author, labels, parent }: IssueView, { snapshot, groups }: Input): boolean {
  const isInWave = [...groups.waves.values()].some(({ issue }) => issue.number === parent);
  return author === snapshot.app && (isInWave || labels.includes(LABEL.task));
}

/** By somebody who saw the title that it has, or may write as well: else its author would say what it stands for. */
function isLabelledByWriter({ open, labels, labelled, titled }: IssueView, snapshot: Snapshot): boolean {
  const set = open && labels.includes(LABEL.task) ? labelled.get(LABEL.task) : undefined;
  if (!set || !mayWrite(set.by, snapshot)) return false;
  return millis(titled.at) <= millis(set.at) || mayWrite(titled.by, snapshot);
}

interface Unmatched {
  readonly tasks: ReadonlyMap<TaskId, TrackedTask>;
  readonly idOf: (name: string) => TaskId | undefined;
  readonly snapshot: Snapshot;
}

function spareIssues(free: readonly IssueView[], { tasks, idOf, snapshot }: Unmatched): MatchedTasks['spare'] {
  const spare = new Map<TaskId, readonly IssueView[]>();
  const taken = new Set([...tasks.values()].map(({ issue }) => issue));
  for (const issue of free) {
    const id = isLabelledByWriter(issue, snapshot) ? idInTitle(issue.title, idOf) : undefined;
    if (id === undefined || taken.has(issue)) continue;
    spare.set(id, [...(spare.get(id) ?? []), issue]);
  }
  return spare;
}

function unseenTasks(
  named: ReadonlyMap<number, string>,
  { tasks, idOf, snapshot, inTitles }: Unmatched & { readonly inTitles: ReadonlyMap<number, string> },
): ReadonlySet<TaskId> {
  const unseen = [...named, ...inTitles].flatMap(([number, name]) => {
    const id = idOf(name);
    return id !== undefined && !tasks.has(id) && isUnseen(number, snapshot) ? [id] : [];
  });
  return new Set(unseen);
}
