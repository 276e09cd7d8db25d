import { NEEDS, requireAccess } from '../access/permissions.ts';
import { notFound, unprocessable } from '../model/errors.ts';
import type { IssueRecord } from '../model/records.ts';
import type { Session } from '../world.ts';
import { touch } from './issues.ts';
import { recordEvent } from './record-event.ts';

/** https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/creating-issue-dependencies; closed issues count. */
const MAX_RELATIONS = 50;
/** https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/adding-sub-issues; closed issues count. */
const MAX_SUB_ISSUES = 100;
const MAX_LEVELS = 8;

/** An issue, and one that has to be closed before it. */
interface Dependency {
  readonly issue: IssueRecord;
  readonly blocker: IssueRecord;
}

interface Parenthood {
  readonly parent: IssueRecord;
  readonly child: IssueRecord;
}

/** Marks `issue` as blocked by `blocker`. */
export function addBlockedBy(session: Session, { issue, blocker }: Dependency): void {
  const { world, viewer } = session;
  requireAccess(viewer, { repository: issue.repository, need: NEEDS.triageIssues });
  if (issue === blocker) throw unprocessable('An issue cannot block itself.');
  if (issue.blockedBy.has(blocker)) throw unprocessable('Target issue has already been taken.');
  if (reaches(blocker, issue)) throw unprocessable('This dependency would create a cycle.');
  if (issue.blockedBy.size >= MAX_RELATIONS)
    throw unprocessable(`An issue cannot be blocked by more than ${MAX_RELATIONS} issues.`);
  if (blocker.blocking.size >= MAX_RELATIONS)
    throw unprocessable(`An issue cannot block more than ${MAX_RELATIONS} issues.`);
  issue.blockedBy.add(blocker);
  blocker.blocking.add(issue);
  recordEvent(session, { issue, event: 'blocked_by_added', other: blocker });
  recordEvent(session, { issue: blocker, event: 'blocking_added', other: issue });
  touch(world, issue);
  touch(world, blocker);
}

function reaches(from: IssueRecord, to: IssueRecord): boolean {
  const seen = new Set<IssueRecord>([from]);
  for (const issue of seen) for (const next of issue.blockedBy) seen.add(next);
  return seen.has(to);
}

export function removeBlockedBy(session: Session, { issue, blocker }: Dependency): void {
  const { world, viewer } = session;
  requireAccess(viewer, { repository: issue.repository, need: NEEDS.triageIssues });
  if (!issue.blockedBy.delete(blocker)) throw notFound();
  blocker.blocking.delete(issue);
  recordEvent(session, { issue, event: 'blocked_by_removed', other: blocker });
  recordEvent(session, { issue: blocker, event: 'blocking_removed', other: issue });
  touch(world, issue);
  touch(world, blocker);
}

export function addSubIssue(
  session: Session,
  { parent, child, replaceParent }: Parenthood & { readonly replaceParent: boolean },
): void {
  const { world, viewer } = session;
  requireAccess(viewer, { repository: parent.repository, need: NEEDS.triageIssues });
  if (child.parent === parent) throw unprocessable('Issue may not contain duplicate sub-issues');
  if (child.parent && !replaceParent) throw unprocessable('Sub issue may only have one parent');
  if (ancestors(parent).includes(child)) throw unprocessable('Sub issue may not be an ancestor of its parent');
  if (parent.subIssues.length >= MAX_SUB_ISSUES)
    throw unprocessable(`Parent cannot have more than ${MAX_SUB_ISSUES} sub-issues`);
  if (ancestors(parent).length + depth(child) > MAX_LEVELS)
    throw unprocessable(`Issues cannot be nested deeper than ${MAX_LEVELS} levels`);
  if (child.parent) removeSubIssue(session, { parent: child.parent, child });
  parent.subIssues.push(child);
  child.parent = parent;
  touch(world, parent);
  touch(world, child);
}

export function removeSubIssue(session: Session, { parent, child }: Parenthood): void {
  const { world, viewer } = session;
  requireAccess(viewer, { repository: parent.repository, need: NEEDS.triageIssues });
  const at = parent.subIssues.indexOf(child);
  if (at < 0) throw notFound();
  parent.subIssues.splice(at, 1);
  child.parent = null;
  touch(world, parent);
  touch(world, child);
}

/** The issue and everything above it. */
function ancestors(issue: IssueRecord): IssueRecord[] {
  return issue.parent ? [issue, ...ancestors(issue.parent)] : [issue];
}

function depth(issue: IssueRecord): number {
  return 1 + Math.max(0, ...issue.subIssues.map(depth));
}
