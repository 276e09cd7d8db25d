import type { Plan, TaskId } from '../plan/plan.ts';
import { MAX_ADOPTED } from './body-room.ts';
import { endingRuns } from './ending-runs.ts';
import { type IssueNames, idInFirstTitle, isFree, isOfOtherTask, issueNames, otherPlanOf } from './issue-names.ts';
import { taskRecordOf } from './issue-records.ts';
import { isUnseen, type MatchedGroups, type MatchInput, ofPlan, renewed } from './match-groups.ts';
import { LABEL } from './names.ts';
import { recordsOf } from './plan-identity.ts';
import { newTaskRecord, type TaskRecord } from './record.ts';
import { highestDispatchIn } from './record-form.ts';
import { idInPlan } from './record-identity.ts';
import { endOf } from './rules.ts';
import { isOver } from './satisfied.ts';
import { partSeconds, type SecondIssue, type SecondIssues } from './second-issues.ts';
import { type IssueView, millis, type Snapshot } from './snapshot.ts';
import { idInTitle, idsOf } from './title-ids.ts';
import type { TrackedIssue } from './tracked-issue.ts';
import { mayWrite } from './trust.ts';

/** Which issues stand for the tasks of a plan. */

type TrackedTask = TrackedIssue<TaskRecord>;

export interface MatchedTasks extends SecondIssues {
  readonly tasks: ReadonlyMap<TaskId, TrackedTask>;
  readonly removed: ReadonlyMap<TaskId, TrackedTask>;
  /** Other plans by their ids. */
  readonly others: ReadonlyMap<string, OtherPlan>;
  /** Tasks whose issue is known by its number and not in view: none is made anew. */
  readonly unseen: ReadonlySet<TaskId>;
}

/** What the issues of its tasks tell of a plan that is not the one in the file. */
export interface OtherPlan {
  /** Something is left to do. */
  readonly isUnfinished: boolean;
  /** Runs of it hold slots, those that were told to end and have not ended, too. */
  readonly isAtWork: boolean;
  /** How many of its tasks have an issue, and how many of those are completed. */
  readonly tasks: number;
  readonly completed: number;
}

/** Of a plan that nobody has started no task has an issue. */
export const UNSTARTED: OtherPlan = { isUnfinished: true, isAtWork: false, tasks: 0, completed: 0 };

interface Input extends MatchInput {
  readonly groups: MatchedGroups;
}

/**
 * First by records, by the numbers that the records of waves keep, and by the titles of runs: of these the lowest number
 * stands for a task, whatever a person did to its body. Where none of them knows an issue, by the title that the app gave
 * it, and by the one that it has; what people labelled is adopted where the task has no issue yet.
 */
export function matchTasks(input: Input): MatchedTasks {
  const { snapshot, plan, groups } = input;
  const names = issueNames({ snapshot, groups, idOf: idsOf(plan) });
  const found = byRecord(input, names);
  byTitle(found, { plan, names });
  moveRenamed(plan, found);
  const { tasks, removed, others } = found;
  const seconds = partSeconds(secondsOf(found), snapshot);
  return { tasks, removed, others, ...seconds, unseen: unseenTasks(tasks, names) };
}

interface Found {
  readonly tasks: Map<TaskId, TrackedTask>;
  readonly removed: Map<TaskId, TrackedTask>;
  /** Further issues of tasks that have one. */
  readonly seconds: Second[];
  /** What no record tells of. */
  readonly unknown: IssueView[];
  readonly others: Map<string, OtherPlan>;
}

interface Second {
  readonly task: TaskId;
  readonly one: TrackedTask;
}

function byRecord({ snapshot, plan, derivations, groups }: Input, names: IssueNames): Found {
  const isOfPlan = recordsOf(plan, { snapshot, derivations });
  const { idOf, named, inTitles } = names;
  const found: Found = { tasks: new Map(), removed: new Map(), seconds: [], unknown: [], others: new Map() };
  const groupIssues = [...groups.waves.values(), ...groups.duplicates, ...groups.spare].map(({ issue }) => issue);
  const taken = new Set([groups.plan?.issue, ...groupIssues]);
  for (const issue of snapshot.issues) {
    const { number } = issue;
    if (taken.has(issue) || isGroup(issue)) continue;
    const isTrusted = isTrustedTask(issue, { snapshot, named });
    const record = isTrusted ? taskRecordOf(issue, derivations) : undefined;
    // A person who closes the only issue of a task as a duplicate says no to it.
    if (issue.closedAs === 'duplicate' && !named.has(number)) continue;
    const isPasted =
      record && (isOfPlan(record) ? isOfOtherTask(issue, record, names) : named.has(number) && isFree(issue, groups));
    const other = record ? undefined : otherPlanOf(issue, names);
    if (other !== undefined) countIn(found, { issue, record: newTaskRecord(other, NAMELESS) }, snapshot);
    if (!record || isPasted) {
      // Any workflow can give its run any title: another's issue does not come before the app's by that.
      const name = named.get(number) ?? (issue.author === snapshot.app ? inTitles.get(number) : undefined);
      const id = isFree(issue, groups) ? idOf(name ?? '') : undefined;
      if (id === undefined) found.unknown.push(issue);
      // What was pasted there tells nothing of this task.
      else enter(found, id, renewedTask(issue, { plan, id, isTrusted: isTrusted && !isPasted }));
    } else if (!isOfPlan(record)) {
      countIn(found, { issue, record }, snapshot);
    } else enter(found, idOf(idInPlan(record)), { issue, record: ofPlan(record, plan), intact: true });
  }
  return found;
}

/** Of a task whose record was broken it is known that there is one: whatever a person does there takes none from its plan. */
const NAMELESS = '' as TaskId;

/** Adds a task to what is known of its plan, which is not the one in the file. */
function countIn({ others }: Found, one: Pick<TrackedTask, 'issue' | 'record'>, snapshot: Snapshot): void {
  const { plan } = one.record;
  others.set(plan, withTask(others.get(plan), { ...one, snapshot }));
}

/** @param id Undefined where the plan has no such task. */
function enter({ tasks, removed, seconds }: Found, id: TaskId | undefined, one: TrackedTask): void {
  const standing = id === undefined ? removed : tasks;
  const task = id ?? idInPlan(one.record);
  if (standing.has(task)) seconds.push({ task, one });
  else standing.set(task, one);
}

/** Issues that no record tells of. */
function byTitle(found: Found, { plan, names }: { readonly plan: Plan; readonly names: IssueNames }): void {
  const { snapshot, groups, idOf, named, inTitles } = names;
  let left = found.unknown.filter((issue) => isFree(issue, groups));
  const take = (find: (issue: IssueView) => TaskId | undefined, mayStand = (_: IssueView) => true) => {
    left = left.filter((issue) => {
      const id = find(issue);
      if (id === undefined) return true;
      const one = renewedTask(issue, { plan, id, isTrusted: isTrustedTask(issue, { snapshot, named }) });
      if (mayStand(issue)) enter(found, id, one);
      else found.seconds.push({ task: id, one });
      return false;
    });
  };
  take(({ number }) => idOf(inTitles.get(number) ?? ''));
  take((issue) => idInFirstTitle(issue, names));
  take((issue) =>
    isOurs(issue, snapshot) && issue.labels.includes(LABEL.task) ? idInTitle(issue.title, idOf) : undefined,
  );
  take(
    (issue) => (isLabelledByWriter(issue, snapshot) ? idInTitle(issue.title, idOf) : undefined),
    ({ body }) => body.length <= MAX_ADOPTED,
  );
}

function secondsOf({ tasks, removed, seconds }: Found): readonly SecondIssue[] {
  return seconds.flatMap(({ task, one }) => {
    const first = tasks.get(task) ?? removed.get(task);
    return first ? [{ one, of: first.issue.number }] : [];
  });
}

function withTask(
  known: OtherPlan = { ...UNSTARTED, isUnfinished: false },
  { snapshot, ...task }: Pick<TrackedTask, 'issue' | 'record'> & { readonly snapshot: Snapshot },
): OtherPlan {
  const ending = endingRuns({ issue: task.issue.number, record: task.record }, snapshot);
  return {
    isUnfinished: known.isUnfinished || isLeft(task),
    isAtWork: known.isAtWork || task.record.live !== undefined || ending.length > 0,
    tasks: known.tasks + 1,
    completed: known.completed + (endOf(task) === 'completed' ? 1 : 0),
  };
}

/** A task of another plan that is not over: what was lost, or closed as not planned without `/skip`, is waited for there. */
function isLeft({ issue, record }: Pick<TrackedTask, 'issue' | 'record'>): boolean {
  if (issue.open) return true;
  return record.removed === undefined && !isOver({ state: endOf({ issue, record }), record });
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
  const former = new Map([...removed].map(([id, one]) => [id.toLowerCase(), one]));
  for (const { id, was } of plan.tasks) {
    const before = was === undefined ? undefined : former.get(was.toLowerCase());
    if (was === undefined || !before || tasks.has(id)) continue;
    removed.delete(idInPlan(before.record));
    tasks.set(id, before);
  }
}

interface NewRecord {
  readonly plan: Plan;
  readonly id: TaskId;
  readonly isTrusted: boolean;
}

/** Of a record that cannot be read only the dispatch number is believed: it never falls. */
function renewedTask(issue: IssueView, { plan, id, isTrusted }: NewRecord): TrackedTask {
  const dispatch = isTrusted ? highestDispatchIn(issue) : 0;
  return { issue, ...renewed(issue, { record: { ...newTaskRecord(plan.id, id), dispatch }, isTrusted }) };
}

function isOurs({ author, writer }: IssueView, { app }: Snapshot): boolean {
  return author === app || writer === app;
}

/** By somebody who saw the title that it has, or may write as well: else its author would say what it stands for. */
function isLabelledByWriter({ open, labels, labelled, titled }: IssueView, snapshot: Snapshot): boolean {
  const set = open && labels.includes(LABEL.task) ? labelled.get(LABEL.task) : undefined;
  if (!set || !mayWrite(set.by, snapshot)) return false;
  return millis(titled.at) <= millis(set.at) || mayWrite(titled.by, snapshot);
}

function unseenTasks(
  tasks: MatchedTasks['tasks'],
  { named, inTitles, idOf, snapshot }: IssueNames,
): MatchedTasks['unseen'] {
  const unseen = new Set<TaskId>();
  const look = (name: string, number: number) => {
    const id = idOf(name);
    if (id !== undefined && !tasks.has(id) && isUnseen(number, snapshot)) unseen.add(id);
  };
  named.forEach(look);
  inTitles.forEach(look);
  return unseen;
}
