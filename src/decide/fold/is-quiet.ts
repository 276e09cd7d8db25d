import type { Task } from '../../plan/plan.ts';
import { withStatement } from '../../state/listed.ts';
import type { TaskRecord } from '../../state/record.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import type { TrackedIssue } from '../../state/tracked-issues.ts';

interface Quiet {
  readonly task: Task;
  /** Issues that somebody commented on. */
  readonly commented: ReadonlySet<number>;
  readonly snapshot: Snapshot;
}

/** Nothing of it runs, and nobody said or did anything: there is nothing to fold in. */
export function isQuiet(
  { issue, record, intact }: TrackedIssue<TaskRecord>,
  { task, commented, snapshot }: Quiet,
): boolean {
  if (record.removed !== undefined) return false;
  const still = record.live === undefined && (record.review === undefined || record.done !== undefined);
  const silent = issue.reopenedAt === undefined && !commented.has(issue.number);
  const questioned = record.done !== undefined && (record.lost !== undefined || snapshot.base?.whole === true);
  return intact && still && silent && !questioned && withStatement(record, { task, issue, snapshot }) === record;
}
