import type { Plan, TaskId } from '../plan/plan.ts';
import { type Derivations, groupRecordOf, taskRecordOf } from './derivations.ts';
import { LABEL } from './names.ts';
import { type GroupRecord, newGroupRecord, newTaskRecord, type TaskRecord } from './record.ts';
import type { IssueView, Snapshot } from './snapshot.ts';

/** Which issue stands for what. The lowest number wins; the others are duplicates. */
export interface TrackedIssues {
  readonly plan: TrackedIssue<GroupRecord> | undefined;
  readonly waves: ReadonlyMap<number, TrackedIssue<GroupRecord>>;
  readonly tasks: ReadonlyMap<TaskId, TrackedIssue<TaskRecord>>;
  readonly duplicates: readonly { readonly issue: IssueView; readonly of: number }[];
}

export interface TrackedIssue<R> {
  readonly issue: IssueView;
  /** What the issue's body says; a new one where the body holds none that can be trusted. */
  readonly record: R;
  /** False when the record had to be made anew: comments and runs then tell the rest. */
  readonly intact: boolean;
}

/** A record counts only where the orchestrator wrote the body, or only people with write access could have. */
function trusted(issue: IssueView, app: string): boolean {
  return issue.author === app || issue.writer === app;
}

/** An issue is ours, or was opened by somebody who may write to the repository. */
function adoptable(issue: IssueView, snapshot: Snapshot): boolean {
  return issue.author === snapshot.app || snapshot.writers.has(issue.author);
}

export function planTitle(plan: Plan): string {
  return `Plan: ${plan.name}`;
}

export function taskTitle(task: { readonly id: TaskId; readonly title: string }): string {
  return `${task.id}: ${task.title}`;
}

/** Finds the plan's issue among those observed. */
export function findPlanIssue(snapshot: Snapshot): IssueView | undefined {
  return snapshot.issues.find((issue) => issue.labels.includes(LABEL.plan) && adoptable(issue, snapshot));
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
  const duplicates: { issue: IssueView; of: number }[] = [];
  let trackedPlan: TrackedIssue<GroupRecord> | undefined;

  const keep = <K, R>(known: Map<K, TrackedIssue<R>>, key: K, trackedIssue: TrackedIssue<R>) => {
    const first = known.get(key);
    if (!first) known.set(key, trackedIssue);
    else if (trackedIssue.issue.open) duplicates.push({ issue: trackedIssue.issue, of: first.issue.number });
  };

  for (const issue of snapshot.issues) {
    if (issue.closedAs === 'duplicate' || !adoptable(issue, snapshot)) continue;
    if (issue.labels.includes(LABEL.task)) {
      const found = trusted(issue, snapshot.app) ? taskRecordOf(issue, derivations) : undefined;
      const id = idOf(found?.task ?? issue.title.split(':', 1)[0] ?? '');
      if (id) keep(tasks, id, { issue, record: found ?? newTaskRecord(plan.name, id), intact: found !== undefined });
      continue;
    }
    const found = trusted(issue, snapshot.app) ? groupRecordOf(issue, derivations) : undefined;
    if (issue.labels.includes(LABEL.wave)) {
      const wave = found?.wave ?? Number(/^Wave (\d+)(?::|$)/.exec(issue.title)?.[1] ?? Number.NaN);
      if (!Number.isNaN(wave)) {
        keep(waves, wave, { issue, record: found ?? newGroupRecord(plan.name, wave), intact: found !== undefined });
      }
    } else if (issue.labels.includes(LABEL.plan)) {
      if (!trackedPlan)
        trackedPlan = { issue, record: found ?? newGroupRecord(plan.name), intact: found !== undefined };
      else if (issue.open) duplicates.push({ issue, of: trackedPlan.issue.number });
    }
  }
  return { plan: trackedPlan, waves, tasks, duplicates };
}
