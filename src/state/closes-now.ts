import type { TaskRecord } from './record.ts';

/** What a closing by this pass is told by. */
interface Landed {
  /** Progress is committed before anything is written: see `DecideInput`. */
  readonly closesLanded: boolean | undefined;
  readonly trackedIssue:
    | {
        readonly record: Pick<TaskRecord, 'done' | 'skipped'>;
        readonly isFull?: boolean;
        readonly newer?: number | undefined;
      }
    | undefined;
}

/** This pass closes the issue of a task whose run has landed it, in front of what waits for that. */
export function closesNow({ closesLanded, trackedIssue }: Landed): boolean {
  if (!closesLanded || !trackedIssue) return false;
  const { record, isFull, newer } = trackedIssue;
  return record.done !== undefined && record.done.pull === undefined && !isFull && newer === undefined;
}
