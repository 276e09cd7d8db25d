import type { Plan } from '../plan/plan.ts';
import { groupRecordOf, type IssueRecords, taskRecordOf } from './issue-records.ts';
import { LABEL } from './names.ts';
import { identifyPlan } from './plan-identity.ts';
import type { GroupRecord, TaskRecord } from './record.ts';
import { type IssueView, millis, type Snapshot } from './snapshot.ts';
import { findPlanIssue, type TrackedIssues } from './tracked-issues.ts';

/**
 * How far back a reading has to look. Of a plan that is over nothing is wanted any more: its closed issues are left out
 * that nobody has touched since the present plan began. See docs/adr/0041.
 */

/** What is held of the hour before counts at the start of a plan: issues made, and runs that were told to end. */
const BEFORE_PLAN_MS = 2 * 60 * 60_000;

export interface KnownPlans extends Pick<Snapshot, 'issues' | 'app' | 'writers'> {
  /** As the file has it; undefined while it cannot be read. */
  readonly plan: Plan | undefined;
  readonly derivations: IssueRecords;
}

/** @returns The id of the plan that counts: of the file, or where that cannot be read, of the issue that is gone by. */
export function idOfPlan({ plan, derivations, ...snapshot }: KnownPlans): string {
  if (plan) return identifyPlan(plan, { snapshot: snapshot as Snapshot, derivations }).id;
  const issue = findPlanIssue(snapshot);
  return (issue && planRecordOf(issue, { ...snapshot, derivations })?.plan) ?? '';
}

/**
 * @returns Since when (epoch ms) whatever was touched has to be in view; undefined where everything has to be: a plan that is
 *   not over may have issues that are older than its plan issue.
 */
export function neededSince(known: KnownPlans): number | undefined {
  const id = idOfPlan(known);
  const newest = findPlanIssue(known);
  let since: number | undefined;
  for (const issue of planIssues(known)) {
    const record = planRecordOf(issue, known);
    if (isOver({ issue, record }, known) && record?.plan !== id && issue.number !== newest?.number) continue;
    if (record?.past === undefined) return undefined;
    since = Math.min(since ?? Number.POSITIVE_INFINITY, millis(issue.createdAt) - BEFORE_PLAN_MS);
  }
  return since;
}

/**
 * Whether no issue is older than `neededSince` that belongs to the plan of the file, where every plan issue is in view. Of one
 * that has no issue yet, the newest plan tells: what is older than that belonged to plans whose issues are all still there.
 */
export function isPastOfOthers(known: KnownPlans): boolean {
  const id = idOfPlan(known);
  const all = planIssues(known).flatMap((issue) => {
    const record = planRecordOf(issue, known);
    return record ? [{ issue, record }] : [];
  });
  if (all.some(({ record }) => record.plan === id)) return true;
  const newest = findPlanIssue(known)?.number;
  const place = all.findIndex(({ issue }) => issue.number === newest);
  return all[place]?.record.past === place;
}

/** How many plan issues were made in this span of time (epoch ms, without its end). */
export function plansMade(known: Omit<KnownPlans, 'plan'>, from: number, until: number): number {
  return planIssues(known).filter((issue) => {
    const at = millis(issue.createdAt);
    return at >= from && at < until && planRecordOf(issue, known) !== undefined;
  }).length;
}

interface NewPlan {
  readonly snapshot: Snapshot;
  readonly tracked: TrackedIssues;
  readonly derivations: IssueRecords;
}

/**
 * What the record of a plan issue that is made now says of the past.
 * @returns Undefined where there is an issue of this plan already, or one of a plan that has no issue: then nobody can tell
 *   later on how far back they go. What people opened to be adopted is found by being open.
 */
export function pastOfNewPlan({ snapshot, tracked, derivations }: NewPlan): number | undefined {
  const { waves, tasks, removed, unseen, duplicates, spare } = tracked;
  const isNew =
    waves.size + removed.size + duplicates.length + spare.length === 0 &&
    !unseen.plan &&
    unseen.waves.size + unseen.tasks.size === 0 &&
    [...tasks.values()].every(({ intact }) => !intact);
  if (!isNew) return undefined;
  const known = { ...snapshot, derivations };
  const before = snapshot.past?.before ?? Number.NEGATIVE_INFINITY;
  const plans = new Set(planIssues(known).map((issue) => planRecordOf(issue, known)?.plan));
  const isAstray = snapshot.issues.some((issue) => {
    const record = millis(issue.createdAt) < before ? undefined : recordOf(issue, known);
    return record !== undefined && (record.named !== undefined || !plans.has(record.plan));
  });
  if (isAstray) return undefined;
  return (snapshot.past?.plans ?? 0) + plansMade(known, before, Number.POSITIVE_INFINITY);
}

type Source = Pick<KnownPlans, 'issues' | 'app' | 'derivations'>;

/** In the order in which they are known: of their numbers. */
function planIssues({ issues }: Pick<Source, 'issues'>): readonly IssueView[] {
  return issues.filter(
    ({ labels, closedAs }) =>
      closedAs !== 'duplicate' &&
      labels.includes(LABEL.plan) &&
      !labels.includes(LABEL.task) &&
      !labels.includes(LABEL.wave),
  );
}

/** Whoever wrote it last: in the app's own issue only somebody who might write could. */
function recordOf(
  issue: IssueView,
  { app, derivations }: Omit<Source, 'issues'>,
): GroupRecord | TaskRecord | undefined {
  if (issue.author !== app && issue.writer !== app) return undefined;
  return groupRecordOf(issue, derivations) ?? taskRecordOf(issue, derivations);
}

function planRecordOf(issue: IssueView, source: Omit<Source, 'issues'>): GroupRecord | undefined {
  const record = recordOf(issue, source);
  return record && !('task' in record) && record.wave === undefined ? record : undefined;
}

/** The app closed it because everything was done, and no person ever closed it before that. */
function isOver(
  { issue, record }: { readonly issue: IssueView; readonly record: GroupRecord | undefined },
  { app }: Pick<Source, 'app'>,
): boolean {
  if (issue.closedAs !== 'completed' || !record || record.named !== undefined || record.plan === '') return false;
  if (record.decided !== undefined && record.decided.to !== 'open') return false;
  return issue.closedBy === app && issue.stateChanges.every(({ to, by }) => to === 'open' || by === app);
}
