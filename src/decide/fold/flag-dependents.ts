import type { Plan, Task, TaskId } from '../../plan/plan.ts';
import { activeWhere, type Tracked } from '../../state/active-tasks.ts';
import { isLost } from '../../state/lost.ts';
import { versionOf } from '../../state/occasion.ts';
import type { Revocation, TaskRecord } from '../../state/record.ts';
import { type Instant, millis } from '../../state/snapshot.ts';
import { isClosedToUs, type TrackedIssue } from '../../state/tracked-issues.ts';

/** A task that had started, or was over, when something that it depends on was completed no longer. */
export interface Flag {
  readonly issue: number;
  readonly dependency: { readonly id: TaskId; readonly issue: number };
  readonly revocation: Revocation;
  /** Of the body that remembers the flag from now on: see `versionOf`. */
  readonly version: Instant;
}

type TrackedTasks = ReadonlyMap<TaskId, TrackedIssue<TaskRecord>>;

export interface FlaggedDependents {
  readonly tasks: TrackedTasks;
  /** Those that people have not been told of yet. */
  readonly flags: readonly Flag[];
}

const MAX_FLAGGED = 50;

/** Dependents that have not started simply wait again. Those that have go on, and people are told once. */
export function flagDependents(plan: Plan, tracked: Tracked): FlaggedDependents {
  const { tasks } = tracked;
  const revoked = new Map(
    activeWhere(tracked, ({ record }) => revocationOf(record) !== undefined).flatMap(([id, { record }]) => {
      const revocation = revocationOf(record);
      return revocation ? [[id, revocation] as const] : [];
    }),
  );
  if (revoked.size === 0) return { tasks, flags: [] };
  const flagged = new Map(tasks);
  const flags = plan.tasks.flatMap((task) => {
    const trackedIssue = tasks.get(task.id);
    const found = trackedIssue ? flagsOf(task, { trackedIssue, tasks, revoked }) : [];
    if (trackedIssue && found.length > 0) flagged.set(task.id, withFlags(trackedIssue, found));
    return found;
  });
  return { tasks: flagged, flags };
}

function revocationOf(record: TaskRecord): Revocation | undefined {
  return isLost(record) ? record.lost : record.revoked;
}

interface Dependent {
  readonly trackedIssue: TrackedIssue<TaskRecord>;
  readonly tasks: TrackedTasks;
  readonly revoked: ReadonlyMap<TaskId, Revocation>;
}

function flagsOf({ dependencies }: Task, { trackedIssue, tasks, revoked }: Dependent): readonly Flag[] {
  const { issue, record } = trackedIssue;
  if (isClosedToUs(trackedIssue)) return [];
  return dependencies.flatMap((id) => {
    const revocation = revoked.get(id);
    const dependency = tasks.get(id)?.issue.number;
    if (!revocation || dependency === undefined || !hadBegun(trackedIssue, revocation)) return [];
    if (record.flagged?.includes(keyOf(id, revocation))) return [];
    return [{ issue: issue.number, dependency: { id, issue: dependency }, revocation, version: versionOf(issue) }];
  });
}

function hadBegun({ issue, record }: TrackedIssue<TaskRecord>, { at }: Revocation): boolean {
  if (issue.closedAs === 'completed') return issue.closedAt !== undefined && millis(issue.closedAt) <= millis(at);
  const first = record.history.find(({ dispatch }) => dispatch > (record.obsolete ?? 0)) ?? record.live;
  return first !== undefined && millis(first.sent) <= millis(at);
}

function withFlags(trackedIssue: TrackedIssue<TaskRecord>, flags: readonly Flag[]): TrackedIssue<TaskRecord> {
  const keys = flags.map(({ dependency, revocation }) => keyOf(dependency.id, revocation));
  const { record } = trackedIssue;
  return {
    ...trackedIssue,
    record: { ...record, flagged: [...(record.flagged ?? []), ...keys].slice(-MAX_FLAGGED) },
  };
}

function keyOf(dependency: TaskId, { at }: Revocation): string {
  return `${dependency}@${at}`;
}
