import type { Plan, TaskId } from '../plan/plan.ts';
import { restatedTasks } from '../plan/restated.ts';
import { groupRecordOf, type IssueRecords, taskRecordOf } from './issue-records.ts';
import { ofPlan } from './match-groups.ts';
import { LABEL, parseDispatchTitle } from './names.ts';
import { patchedMap } from './patched-map.ts';
import { identifyPlan } from './plan-identity.ts';
import type { GroupRecord, TaskRecord } from './record.ts';
import type { IssueView, Snapshot } from './snapshot.ts';
import type { TrackedIssue } from './tracked-issue.ts';
import { matchIssues, type TrackedIssues } from './tracked-issues.ts';
import { hasSameWriters, type Trust } from './trust.ts';

/** Which issue stands for what, where a pass before has found out: what matching looks at seldom changes. */

/** A match in which each issue stands for one thing by its record, and every thing has its issue. */
export interface KnownMatch extends Trust {
  /** As the file has it, and under the id that it goes by. */
  readonly given: Plan;
  readonly plan: Plan;
  readonly issues: readonly IssueView[];
  readonly gone: Snapshot['gone'];
  readonly tracked: TrackedIssues;
  /** The tasks that `issues` stand for, each at the place of its issue; undefined for plan and waves. */
  readonly ids: readonly (TaskId | undefined)[];
}

export interface Matched {
  readonly plan: Plan;
  readonly tracked: TrackedIssues;
  /** Undefined where the next pass has to find out anew. */
  readonly known: KnownMatch | undefined;
  /** Tasks whose issue is another value than in the match before, or that the file states otherwise; undefined where that tells nothing. */
  readonly changed: readonly TaskId[] | undefined;
}

interface MatchAgainInput {
  /** As the file has it. */
  readonly plan: Plan;
  readonly snapshot: Snapshot;
  readonly derivations: IssueRecords;
  /** Of a pass before. */
  readonly before: KnownMatch | undefined;
  /** Numbers of issues in which there is no room for what would have to be written: then nothing is known of before. */
  readonly full?: ReadonlySet<number> | undefined;
}

/** The same as `identifyPlan` and `matchIssues` together. */
export function matchAgain(input: MatchAgainInput): Matched {
  const { snapshot, derivations, before, full } = input;
  const restated = before && !full ? restatedTasks(before.given, input.plan) : undefined;
  const changed = before && restated ? changedAlike(before, input) : undefined;
  if (before && restated && changed)
    return replaced(restatedMatch(before, input.plan), { changed, restated, ...input });
  const plan = identifyPlan(input.plan, { snapshot, derivations });
  const tracked = matchIssues({ snapshot, plan, derivations, ...(full ? { full } : {}) });
  const known = full ? undefined : knownMatch(tracked, { ...input, identified: plan });
  return { plan, tracked, known, changed: undefined };
}

/** Places of the issues that are other values now; undefined where one of them may stand for something else. */
function changedAlike(before: KnownMatch, { snapshot, derivations }: MatchAgainInput): number[] | undefined {
  const { issues } = snapshot;
  if (before.issues.length !== issues.length) return undefined;
  if (!hasSameWriters(before, snapshot) || !isSameSet(before.gone, snapshot.gone)) return undefined;
  if (namesTaskWithoutIssue(before.tracked, snapshot)) return undefined;
  const changed: number[] = [];
  for (let place = 0; place < issues.length; place++) {
    const [then, now] = [before.issues[place] as IssueView, issues[place] as IssueView];
    if (then === now) continue;
    if (!standsForSame({ then, now, isTask: before.ids[place] !== undefined }, derivations)) return undefined;
    changed.push(place);
  }
  return changed;
}

function isSameSet(one: ReadonlySet<number> = new Set(), other: ReadonlySet<number> = new Set()): boolean {
  return one === other || (one.size === other.size && [...one].every((number) => other.has(number)));
}

/** By its run such a task has an issue that this reading does not show. */
function namesTaskWithoutIssue({ tasks }: TrackedIssues, { runs }: Snapshot): boolean {
  return runs.some(({ title, ended }) => {
    const inputs = ended ? undefined : parseDispatchTitle(title);
    return inputs !== undefined && !tasks.has(inputs.task);
  });
}

const KINDS = [LABEL.plan, LABEL.wave, LABEL.task];

interface Compared {
  readonly then: IssueView;
  readonly now: IssueView;
  /** It stands for a task, and not for a plan or wave. */
  readonly isTask: boolean;
}

/** Nothing is another one that matching looks at, in an issue that its own record tells of. */
function standsForSame({ then, now, isTask }: Compared, derivations: IssueRecords): boolean {
  const isSame = (['number', 'author', 'writer', 'title', 'firstTitle', 'parent'] as const).every(
    (field) => then[field] === now[field],
  );
  if (!isSame || (then.closedAs === 'duplicate') !== (now.closedAs === 'duplicate')) return false;
  if (KINDS.some((kind) => then.labels.includes(kind) !== now.labels.includes(kind))) return false;
  if (isTask) return isOfSameTask(taskRecordOf(then, derivations), taskRecordOf(now, derivations));
  return then.open === now.open && isOfSameGroup(groupRecordOf(then, derivations), groupRecordOf(now, derivations));
}

function isOfSameTask(one: TaskRecord | undefined, other: TaskRecord | undefined): boolean {
  if (!one || !other || one.plan !== other.plan || one.named !== other.named) return false;
  return one.task === other.task && one.renamed === other.renamed;
}

function isOfSameGroup(one: GroupRecord | undefined, other: GroupRecord | undefined): boolean {
  if (!one || !other || one.plan !== other.plan || one.named !== other.named || one.wave !== other.wave) return false;
  return JSON.stringify(one.issues) === JSON.stringify(other.issues);
}

/** The match of before, of a plan that differs in statuses alone. */
function restatedMatch(before: KnownMatch, plan: Plan): KnownMatch {
  if (before.given === plan) return before;
  return { ...before, given: plan, plan: before.plan === before.given ? plan : { ...plan, id: before.plan.id } };
}

interface Replacing extends MatchAgainInput {
  /** Places of issues. */
  readonly changed: readonly number[];
  readonly restated: readonly TaskId[];
}

/** The match of before with the issues that are other values now. */
function replaced(before: KnownMatch, { changed, restated, snapshot, derivations }: Replacing): Matched {
  const { plan, ids } = before;
  if (changed.length === 0) return { plan, tracked: before.tracked, known: before, changed: restated };
  const tasks = new Map<TaskId, TrackedIssue<TaskRecord>>();
  const waves = new Map(before.tracked.waves);
  let top = before.tracked.plan;
  for (const place of changed) {
    const issue = snapshot.issues[place] as IssueView;
    const id = ids[place];
    const task = id === undefined ? undefined : taskRecordOf(issue, derivations);
    const group = id === undefined ? groupRecordOf(issue, derivations) : undefined;
    if (id !== undefined && task) tasks.set(id, read(issue, ofPlan(task, plan)));
    else if (group?.wave !== undefined) waves.set(group.wave, read(issue, ofPlan(group, plan)));
    else if (group) top = read(issue, ofPlan(group, plan));
  }
  const tracked = { ...before.tracked, plan: top, waves, tasks: patchedMap(before.tracked.tasks, tasks) };
  const { app, issues, writers } = snapshot;
  return {
    plan,
    tracked,
    known: { ...before, app, issues, writers, tracked },
    changed: [...changed.flatMap((place) => ids[place] ?? []), ...restated],
  };
}

function read<R>(issue: IssueView, record: R): TrackedIssue<R> {
  return { issue, record, intact: true };
}

/** @returns Undefined where something is doubled, missing, broken or another plan's: then every issue is looked at anew. */
function knownMatch(
  tracked: TrackedIssues,
  { plan: given, snapshot, identified: plan }: MatchAgainInput & { readonly identified: Plan },
): KnownMatch | undefined {
  const { app, issues, writers, gone } = snapshot;
  if (!isPlain(tracked, issues.length)) return undefined;
  return { given, plan, app, issues, writers, gone, tracked, ids: idsOf(tracked, issues) };
}

/** By their issues, which are in order of number on both sides. */
function idsOf({ tasks }: TrackedIssues, issues: readonly IssueView[]): KnownMatch['ids'] {
  const ids = new Array<TaskId | undefined>(issues.length);
  let place = 0;
  tasks.forEach(({ issue }, id) => {
    while (place < issues.length && issues[place] !== issue) place++;
    ids[place] = id;
  });
  return ids;
}

/** Each of the issues stands for one thing by its record, and those of tasks are in order of number. */
function isPlain({ plan, waves, tasks, removed, unseen, ...others }: TrackedIssues, issues: number): boolean {
  if (!plan || 1 + waves.size + tasks.size !== issues || removed.size > 0) return false;
  if (unseen.plan || unseen.waves.size > 0 || unseen.tasks.size > 0) return false;
  if ([others.duplicates, others.spare, others.former, others.replaced].some(({ length }) => length > 0)) return false;
  let last = 0;
  for (const one of [plan, ...waves.values()]) if (!one.intact || one.newer !== undefined) return false;
  for (const { issue, intact, newer } of tasks.values()) {
    if (!intact || newer !== undefined || issue.number <= last) return false;
    last = issue.number;
  }
  return true;
}
