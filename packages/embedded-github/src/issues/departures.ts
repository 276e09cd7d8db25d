import { NEEDS, requireAccess } from '../access/permissions.ts';
import { unprocessable } from '../model/errors.ts';
import type { CommentRecord, IssueRecord, RepositoryRecord } from '../model/records.ts';
import { findLabel } from '../model/store.ts';
import type { Session } from '../world.ts';
import { announce } from './issues.ts';
import { recordEvent } from './record-event.ts';

/** Issues that leave their repository: nothing shows them there any more, and their numbers are not given again. */

/**
 * Deletes an issue with all that was said on it: "only people with admin permissions"
 * (https://docs.github.com/en/issues/tracking-your-work-with-issues/administering-issues/deleting-an-issue). What was
 * related to it is so no longer; that other issues get no event of that is an assumption, the less kind one.
 */
export function deleteIssue(session: Session, issue: IssueRecord): void {
  requireAccess(session.viewer, { repository: issue.repository, need: NEEDS.administer });
  announce(session, { issue, action: 'deleted' });
  takeOut(issue);
}

/**
 * Moves an issue to another repository of the same owner, under another number and id; comments come along, labels where
 * the other repository has some of the same name ("people with write access to both", same section, transferring an issue).
 * @returns It, as it is there.
 */
export function transferIssue(
  session: Session,
  { issue, to }: { readonly issue: IssueRecord; readonly to: RepositoryRecord },
): IssueRecord {
  const { world, viewer } = session;
  const from = issue.repository;
  requireAccess(viewer, { repository: from, need: NEEDS.editIssues });
  requireAccess(viewer, { repository: to, need: NEEDS.editIssues });
  if (from.owner !== to.owner) throw unprocessable('Repositories must have the same owner');
  announce(session, { issue, action: 'transferred' });
  takeOut(issue);
  const comments: CommentRecord[] = [];
  const labels = [...issue.labels].flatMap(({ name }) => findLabel(to, name) ?? []);
  const moved: IssueRecord = {
    ...issue,
    id: world.store.nextId('issue'),
    number: ++to.lastNumber,
    repository: to,
    labels: new Set(labels),
    comments,
    events: [],
    subIssues: [],
    blockedBy: new Set(),
    blocking: new Set(),
    assignees: new Set(),
    parent: null,
  };
  comments.push(...issue.comments.map((comment) => ({ ...comment, issue: moved })));
  to.issues.push(moved);
  from.transferred.set(issue.number, moved);
  recordEvent(session, { issue: moved, event: 'transferred', from });
  announce(session, { issue: moved, action: 'opened' });
  return moved;
}

function takeOut(issue: IssueRecord): void {
  const { repository, parent } = issue;
  repository.issues.splice(repository.issues.indexOf(issue), 1);
  parent?.subIssues.splice(parent.subIssues.indexOf(issue), 1);
  issue.parent = null;
  for (const child of issue.subIssues) child.parent = null;
  for (const blocker of issue.blockedBy) blocker.blocking.delete(issue);
  for (const blocked of issue.blocking) blocked.blockedBy.delete(issue);
}
