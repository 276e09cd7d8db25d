import { type GroupRecord, readGroupRecord, readTaskPart, type TaskRecord } from './record.ts';
import type { RecordPart } from './record-form.ts';
import { unlessCopied } from './record-identity.ts';
import type { IssueView } from './snapshot.ts';

/** What the app keeps in the bodies of issues, each read once for as long as a host keeps the view of its issue. */
export interface IssueRecords {
  readonly taskParts: WeakMap<IssueView, RecordPart<TaskRecord>>;
  readonly groupRecords: WeakMap<IssueView, GroupRecord>;
}

/** @returns Our part of the body of the issue of a task, read once for each view of the issue; none whose record was copied. */
export function taskPartOf(issue: IssueView, { taskParts }: IssueRecords): RecordPart<TaskRecord> | undefined {
  const known = taskParts.get(issue);
  if (known) return known;
  const part = readTaskPart(issue.body);
  if (!part || !unlessCopied(part.record, issue.number)) return undefined;
  taskParts.set(issue, part);
  return part;
}

/** @returns The record in it. */
export function taskRecordOf(issue: IssueView, records: IssueRecords): TaskRecord | undefined {
  return taskPartOf(issue, records)?.record;
}

/** The same of the issue of a plan or a wave. */
export function groupRecordOf(issue: IssueView, { groupRecords }: IssueRecords): GroupRecord | undefined {
  const known = groupRecords.get(issue);
  if (known) return known;
  const record = unlessCopied(readGroupRecord(issue.body), issue.number);
  if (record) groupRecords.set(issue, record);
  return record;
}
