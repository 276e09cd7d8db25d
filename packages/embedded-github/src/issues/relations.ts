import { NEEDS, requireAccess } from '../access/permissions.ts';
import { notFound, unprocessable } from '../model/errors.ts';
import type { IssueRecord } from '../model/records.ts';
import type { Session } from '../world.ts';
import { recordEvent } from './record-event.ts';

/**
 * Relations of issues. None of them moves `updated_at`: GitHub documents it as the last update of the object, promises
 * nothing of relations, and was seen to leave it (`BlockedByAddedEvent` later than the `updatedAt` of its issue).
 */

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
  const { viewer } = session;
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
  tellOfDependency(session, { issue, blocker, how: 'added' });
}

function reaches(from: IssueRecord, to: IssueRecord): boolean {
  const seen = new Set<IssueRecord>([from]);
  for (const issue of seen) for (const next of issue.blockedBy) seen.add(next);
  return seen.has(to);
}

export function removeBlockedBy(session: Session, { issue, blocker }: Dependency): void {
  const { viewer } = session;
  requireAccess(viewer, { repository: issue.repository, need: NEEDS.triageIssues });
  if (!issue.blockedBy.delete(blocker)) throw notFound();
  blocker.blocking.delete(issue);
  tellOfDependency(session, { issue, blocker, how: 'removed' });
}

function tellOfDependency(
  session: Session,
  { issue, blocker, how }: Dependency & { readonly how: 'added' | 'removed' },
): void {
  const { world, viewer } = session;
  const common = { name: 'issue_dependencies', issue, blocker, cause: viewer, sender: viewer.user } as const;
  recordEvent(session, { issue, event: `blocked_by_${how}`, other: blocker });
  world.emit({ ...common, action: `blocked_by_${how}`, repository: issue.repository });
  recordEvent(session, { issue: blocker, event: `blocking_${how}`, other: issue });
  world.emit({ ...common, action: `blocking_${how}`, repository: blocker.repository });
}

export function addSubIssue(
  session: Session,
  { parent, child, replaceParent }: Parenthood & { readonly replaceParent: boolean },
): void {
  const { viewer } = session;
  requireAccess(viewer, { repository: parent.repository, need: NEEDS.triageIssues });
  if (child.parent === parent) throw unprocessable('Issue may not contain duplicate sub-issues');
  if (child.parent && !replaceParent) throw unprocessable('Sub issue may only have one parent');
  if (ancestors(parent).includes(child)) throw unprocessable('Sub issue may not be an ancestor of its parent');
  requireRoomBelow(parent);
  if (ancestors(parent).length + depth(child) > MAX_LEVELS)
    throw unprocessable(`Issues cannot be nested deeper than ${MAX_LEVELS} levels`);
  if (child.parent) removeSubIssue(session, { parent: child.parent, child });
  parent.subIssues.push(child);
  child.parent = parent;
  tellOfParent(session, { parent, child, how: 'added' });
}

export function requireRoomBelow({ subIssues }: IssueRecord): void {
  if (subIssues.length >= MAX_SUB_ISSUES)
    throw unprocessable(`Parent cannot have more than ${MAX_SUB_ISSUES} sub-issues`);
}

export function removeSubIssue(session: Session, { parent, child }: Parenthood): void {
  const { viewer } = session;
  requireAccess(viewer, { repository: parent.repository, need: NEEDS.triageIssues });
  const at = parent.subIssues.indexOf(child);
  if (at < 0) throw notFound();
  parent.subIssues.splice(at, 1);
  child.parent = null;
  tellOfParent(session, { parent, child, how: 'removed' });
}

function tellOfParent(
  session: Session,
  { parent, child, how }: Parenthood & { readonly how: 'added' | 'removed' },
): void {
  const { world, viewer } = session;
  const common = { name: 'sub_issues', parent, child, cause: viewer, sender: viewer.user } as const;
  recordEvent(session, { issue: child, event: `parent_issue_${how}`, other: parent });
  world.emit({ ...common, action: `parent_issue_${how}`, repository: child.repository });
  recordEvent(session, { issue: parent, event: `sub_issue_${how}`, other: child });
  world.emit({ ...common, action: `sub_issue_${how}`, repository: parent.repository });
}

/** The issue and everything above it. */
function ancestors(issue: IssueRecord): IssueRecord[] {
  return issue.parent ? [issue, ...ancestors(issue.parent)] : [issue];
}

function depth(issue: IssueRecord): number {
  return 1 + Math.max(0, ...issue.subIssues.map(depth));
}
