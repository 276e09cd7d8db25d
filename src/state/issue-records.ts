import { type GroupRecord, readGroupRecord, readTaskRecord, type TaskRecord } from './record.ts';
import { unlessCopied } from './record-identity.ts';
import type { IssueView } from './snapshot.ts';

/** The records in the bodies of issues, each read once for as long as a host keeps the view of its issue. */
export interface IssueRecords {
  readonly taskRecords: WeakMap<IssueView, TaskRecord>;
  readonly groupRecords: WeakMap<IssueView, GroupRecord>;
}

/** @returns The record in the body of the issue of a task, read once for each view of the issue; none that was copied. */
export function taskRecordOf(issue: IssueView, { taskRecords }: IssueRecords): TaskRecord | undefined {
  return readOnce(issue, { records: taskRecords, read: readTaskRecord });
}

/** The same for the issue of a plan or a wave. */
export function groupRecordOf(issue: IssueView, { groupRecords }: IssueRecords): GroupRecord | undefined {
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
