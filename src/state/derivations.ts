import type { Config } from '../plan/config.ts';
import { type GroupRecord, readGroupRecord, readTaskRecord, type TaskRecord } from './record.ts';
import { unlessCopied } from './record-identity.ts';
import type { IssueView } from './snapshot.ts';
import type { TaskView } from './task-view.ts';

/**
 * What was derived from values that do not change, and is true whenever the same values meet again: a host keeps the
 * views of issues that did not change from pass to pass, and hands these in with them. Forgetting costs time alone.
 * An issue that is no more takes what was derived from it along.
 */
export interface Derivations {
  /** The record in the body of an issue. */
  readonly taskRecords: WeakMap<IssueView, TaskRecord>;
  readonly groupRecords: WeakMap<IssueView, GroupRecord>;
  /** Views of tasks whose issue is closed as completed: nothing but task, issue and record has a say in them. */
  readonly completedViews: WeakMap<IssueView, TaskView>;
  /** Issues as they count, by issues as GitHub shows them, and what each was found from. */
  readonly standings: WeakMap<IssueView, { readonly key: string; readonly issue: IssueView }>;
  /** From what the body of an issue was found to be as it should; never the body itself. */
  readonly taskBodies: WeakMap<IssueView, TaskBodySource>;
  readonly waveBodies: WeakMap<IssueView, WaveBodySource>;
}

/** What the body of a task's issue is written from. The issues of dependencies, which it also names, are in the record. */
interface TaskBodySource extends Pick<TaskView, 'task' | 'record'> {
  readonly config: Config;
  readonly url: string;
}

/** What the body of a wave's issue is written from: its tasks and their issues, and in the end what became of each. */
interface WaveBodySource {
  readonly record: GroupRecord;
  readonly tasks: readonly TaskView[];
  readonly ended: boolean;
}

/** Nothing is derived yet. */
export function newDerivations(): Derivations {
  return {
    taskRecords: new WeakMap(),
    groupRecords: new WeakMap(),
    completedViews: new WeakMap(),
    standings: new WeakMap(),
    taskBodies: new WeakMap(),
    waveBodies: new WeakMap(),
  };
}

/** @returns The record in the body of the issue of a task, read once for each view of the issue; none that was copied. */
export function taskRecordOf(issue: IssueView, { taskRecords }: Derivations): TaskRecord | undefined {
  return readOnce(issue, { records: taskRecords, read: readTaskRecord });
}

/** The same for the issue of a plan or a wave. */
export function groupRecordOf(issue: IssueView, { groupRecords }: Derivations): GroupRecord | undefined {
  return readOnce(issue, { records: groupRecords, read: readGroupRecord });
}

interface RecordReading<R extends TaskRecord | GroupRecord> {
  readonly records: WeakMap<IssueView, R>;
  readonly read: (body: string) => R | undefined;
}

function readOnce<R extends TaskRecord | GroupRecord>(
  issue: IssueView,
  { records, read }: RecordReading<R>,
): R | undefined {
  const known = records.get(issue);
  if (known) return known;
  const record = unlessCopied(read(issue.body), issue.number);
  if (record) records.set(issue, record);
  return record;
}
