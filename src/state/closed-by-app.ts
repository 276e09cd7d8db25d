import type { GroupRecord } from './record.ts';
import type { Snapshot } from './snapshot.ts';
import type { TrackedIssue } from './tracked-issue.ts';
import { mayWrite } from './trust.ts';

/**
 * Whether the app closed the issue of a plan or wave, and opens it where there is something to do again. It closes once more
 * what a person closed and somebody else opened: that it was last closed by the app says nothing then.
 */
export function isClosedByApp(
  { issue, record }: Pick<TrackedIssue<GroupRecord>, 'issue' | 'record'>,
  snapshot: Pick<Snapshot, 'app' | 'writers'>,
): boolean {
  if (issue.open || issue.closedBy !== snapshot.app) return false;
  const newest = issue.stateChanges.findLast(({ by }) => by !== snapshot.app && mayWrite(by, snapshot));
  const to = newest?.to ?? record.decided?.to;
  return to === undefined || to === 'open';
}
