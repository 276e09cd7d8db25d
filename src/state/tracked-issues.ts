import type { Plan, TaskId } from '../plan/plan.ts';
import { type Derivations, groupRecordOf, taskRecordOf } from './derivations.ts';
import { LABEL } from './names.ts';
import { type GroupRecord, newerVersionIn, newGroupRecord, newTaskRecord, type TaskRecord } from './record.ts';
import type { IssueView, Snapshot } from './snapshot.ts';

/** Which issue stands for what. The lowest number wins; the others are duplicates. */
export interface TrackedIssues {
  readonly plan: TrackedIssue<GroupRecord> | undefined;
  readonly waves: ReadonlyMap<number, TrackedIssue<GroupRecord>>;
  readonly tasks: ReadonlyMap<TaskId, TrackedIssue<TaskRecord>>;
  /** Issues of this plan with an intact record, whose task the plan no longer has. */
  readonly removed: ReadonlyMap<TaskId, TrackedIssue<TaskRecord>>;
  readonly duplicates: readonly { readonly issue: IssueView; readonly of: number }[];
}

export interface TrackedIssue<R> {
  readonly issue: IssueView;
  /** What the issue's body says; a new one where the body holds none that can be trusted. */
  readonly record: R;
  /** False when the record had to be made anew: comments and runs then tell the rest. */
  readonly intact: boolean;
  /** The form of the record in the body, where a newer version wrote it: `record` is then a new one, and stands for nothing. */
  readonly newer?: number;
}

/** A record counts only where the orchestrator wrote the body, or only people with write access could have. */
function trusted(issue: IssueView, app: string): boolean {
  return issue.author === app || issue.writer === app;
}

/** An issue is ours, or was opened by somebody who may write to the repository. */
function adoptable(issue: IssueView, snapshot: Snapshot): boolean {
  return issue.author === snapshot.app || snapshot.writers.has(issue.author);
}

export function planTitle(plan: Pick<Plan, 'name'>): string {
  return `Plan: ${plan.name}`;
}

export function taskTitle(task: { readonly id: TaskId; readonly title: string }): string {
  return `${task.id}: ${task.title}`;
}

/** Finds the plan's issue among those observed. */
export function findPlanIssue(snapshot: Snapshot): IssueView | undefined {
  const found = snapshot.issues.filter((issue) => issue.labels.includes(LABEL.plan) && adoptable(issue, snapshot));
  return found.find(({ open }) => open) ?? found[0];
}

/** The task that a name stands for; people write names in any case. */
function idsOf(plan: Plan): (name: string) => TaskId | undefined {
  const exact = new Map<string, TaskId>();
  let loose: ReadonlyMap<string, TaskId> | undefined;
  return (name) => {
    if (exact.size === 0) for (const { id } of plan.tasks) exact.set(id, id);
    const id = exact.get(name);
    if (id) return id;
    loose ??= new Map(plan.tasks.map((task) => [task.id.toLowerCase(), task.id]));
    return loose.get(name.trim().toLowerCase());
  };
}

export interface MatchInput {
  /** Its issues are in order of number, so the first of a kind is the one that counts. */
  readonly snapshot: Snapshot;
  readonly plan: Plan;
  readonly derivations: Derivations;
}

export function matchIssues({ snapshot, plan, derivations }: MatchInput): TrackedIssues {
  const idOf = idsOf(plan);
  const waves = new Map<number, TrackedIssue<GroupRecord>>();
  const tasks = new Map<TaskId, TrackedIssue<TaskRecord>>();
  const removed = new Map<TaskId, TrackedIssue<TaskRecord>>();
  const duplicates: { issue: IssueView; of: number }[] = [];
  let trackedPlan: TrackedIssue<GroupRecord> | undefined;

  const isFirst = (issue: IssueView, first: TrackedIssue<unknown> | undefined): boolean => {
    if (!first) return true;
    if (issue.open && newerIn(issue, snapshot) === undefined) duplicates.push({ issue, of: first.issue.number });
    return false;
  };
  for (const issue of snapshot.issues) {
    if (issue.closedAs === 'duplicate' || !adoptable(issue, snapshot)) continue;
    if (issue.labels.includes(LABEL.task)) {
      const found = trusted(issue, snapshot.app) ? taskRecordOf(issue, derivations) : undefined;
      const id = idOf(found?.task ?? issue.title.split(':', 1)[0] ?? '');
      if (id && isFirst(issue, tasks.get(id)))
        tasks.set(id, { issue, ...recordOr({ found, fresh: newTaskRecord(plan.name, id), issue, snapshot }) });
      if (!id && found?.plan === plan.name && !removed.has(found.task))
        removed.set(found.task, { issue, record: found, intact: true });
      continue;
    }
    const found = trusted(issue, snapshot.app) ? groupRecordOf(issue, derivations) : undefined;
    if (issue.labels.includes(LABEL.wave)) {
      const wave = found?.wave ?? Number(/^Wave (\d+)(?::|$)/.exec(issue.title)?.[1] ?? Number.NaN);
      if (!Number.isNaN(wave) && isFirst(issue, waves.get(wave)))
        waves.set(wave, { issue, ...recordOr({ found, fresh: newGroupRecord(plan.name, wave), issue, snapshot }) });
    } else if (issue.labels.includes(LABEL.plan) && isFirst(issue, trackedPlan)) {
      trackedPlan = { issue, ...recordOr({ found, fresh: newGroupRecord(plan.name), issue, snapshot }) };
    }
  }
  return { plan: trackedPlan, waves, tasks, removed, duplicates };
}

interface FoundRecord<R> {
  readonly found: R | undefined;
  readonly fresh: R;
  readonly issue: IssueView;
  readonly snapshot: Snapshot;
}

/** The record that was found, or a new one. One that a newer version wrote is neither missing nor broken. */
function recordOr<R>({ found, fresh, issue, snapshot }: FoundRecord<R>): Omit<TrackedIssue<R>, 'issue'> {
  if (found !== undefined) return { record: found, intact: true };
  const newer = newerIn(issue, snapshot);
  return newer === undefined ? { record: fresh, intact: false } : { record: fresh, intact: true, newer };
}

function newerIn(issue: IssueView, { app }: Snapshot): number | undefined {
  return trusted(issue, app) ? newerVersionIn(issue.body) : undefined;
}

/** Every issue whose record a newer version wrote: nothing may be written there. */
export function newerIssues({ plan, waves, tasks }: TrackedIssues): readonly { issue: number; version: number }[] {
  return [...(plan ? [plan] : []), ...waves.values(), ...tasks.values()].flatMap(({ issue, newer }) =>
    newer === undefined ? [] : [{ issue: issue.number, version: newer }],
  );
}
