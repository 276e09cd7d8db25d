import { hasAccess, NEEDS, requireIssueAccess } from '../access/permissions.ts';
import { forbidden } from '../model/errors.ts';
import type { IssueRecord, Viewer } from '../model/records.ts';
import type { Session } from '../world.ts';
import { announce, touch } from './issues.ts';
import { recordEvent } from './record-event.ts';

/** Locks a conversation, or opens it again: "users with push access" (operations `issues/lock` and `issues/unlock`). */
export function setLock(
  session: Session,
  { issue, locked }: { readonly issue: IssueRecord; readonly locked: boolean },
): void {
  const { world, viewer } = session;
  requireIssueAccess(viewer, { issue, need: NEEDS.editIssues });
  if (issue.locked === locked) return;
  issue.locked = locked;
  const what = locked ? 'locked' : 'unlocked';
  recordEvent(session, { issue, event: what });
  touch(world, issue);
  announce(session, { issue, action: what });
}

/**
 * "While a conversation is locked, only people with write access and repository owners and collaborators can add, hide,
 * and delete comments" (https://docs.github.com/en/communities/moderating-comments-and-conversations/locking-conversations).
 * Apps and GITHUB_TOKEN are none of these, whatever they were granted, and get this answer
 * (https://github.com/probot/stale/issues/25, https://github.com/renovatebot/renovate/issues/6215).
 */
export function requireUnlocked(viewer: Viewer, issue: IssueRecord): void {
  if (!issue.locked) return;
  const { repository } = issue;
  if (viewer.kind === 'person' && hasAccess(viewer, { repository, need: NEEDS.editIssues })) return;
  throw forbidden('Unable to create comment because issue is locked.');
}
