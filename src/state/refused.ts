import type { IssueView, Snapshot } from './snapshot.ts';
import { mayWrite } from './trust.ts';

/** Closings of issues that say no to what they ask for. */

/** Somebody who may write closed it as not planned. */
export function isRefused({ closedAs, closedBy }: IssueView, snapshot: Snapshot): boolean {
  return closedAs === 'not_planned' && mayWrite(closedBy, snapshot);
}

/** A person who may write closed it as completed: whatever still works on it works for nobody. */
export function isClosedAsDone({ closedAs, closedBy }: IssueView, snapshot: Snapshot): boolean {
  return closedAs === 'completed' && closedBy !== snapshot.app && mayWrite(closedBy, snapshot);
}
