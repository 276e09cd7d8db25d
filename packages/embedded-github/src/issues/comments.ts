import { appOf, NEEDS, requireAuthorOr, requireIssueAccess } from '../access/permissions.ts';
import { invalidField, unprocessable } from '../model/errors.ts';
import type { ReactionRecord } from '../model/reactions.ts';
import type { CommentRecord, IssueRecord } from '../model/records.ts';
import type { Session } from '../world.ts';
import { MAX_BODY_LENGTH, newEdit, touch } from './issues.ts';
import { requireUnlocked } from './lock.ts';
import { recordEvent } from './record-event.ts';

export function createComment(
  session: Session,
  { issue, body }: { readonly issue: IssueRecord; readonly body: string },
): CommentRecord {
  const { world, viewer } = session;
  requireIssueAccess(viewer, { issue, need: NEEDS.joinIssues });
  requireUnlocked(viewer, issue);
  checkBody(body);
  const now = world.clock();
  const comment: CommentRecord = {
    kind: 'IssueComment',
    id: world.store.nextId('comment'),
    issue,
    author: viewer.user,
    viaApp: appOf(viewer),
    createdAt: now,
    reactions: [],
    body,
    updatedAt: now,
    edits: [],
    minimized: null,
  };
  issue.comments.push(comment);
  touch(world, issue);
  emit(session, { comment, action: 'created' });
  return comment;
}

export function editComment(
  session: Session,
  { comment, body }: { readonly comment: CommentRecord; readonly body: string },
): void {
  const { world, viewer } = session;
  requireAuthorOr(viewer, { author: comment.author, issue: comment.issue, need: NEEDS.editIssues });
  checkBody(body);
  const from = comment.body;
  const edit = newEdit(session, from);
  comment.edits.push(edit);
  comment.body = body;
  comment.updatedAt = edit.editedAt;
  touch(world, comment.issue);
  emit(session, { comment, action: 'edited', changes: { body: { from } } });
}

export function deleteComment(session: Session, comment: CommentRecord): void {
  const { world, viewer } = session;
  requireAuthorOr(viewer, { author: comment.author, issue: comment.issue, need: NEEDS.editIssues });
  const { comments } = comment.issue;
  comments.splice(comments.indexOf(comment), 1);
  const { issue, author } = comment;
  recordEvent(session, { issue, event: 'comment_deleted', deletedCommentAuthor: author });
  touch(world, comment.issue);
  emit(session, { comment, action: 'deleted' });
}

export function minimizeComment(
  session: Session,
  { comment, reason }: { readonly comment: CommentRecord; readonly reason: string },
): void {
  const { world, viewer } = session;
  requireAuthorOr(viewer, { author: comment.author, issue: comment.issue, need: NEEDS.triageIssues });
  comment.minimized = reason;
  touch(world, comment.issue);
}

/** One reaction of a kind per person: a second one is the first. */
export function addReaction(
  session: Session,
  { subject, content }: { readonly subject: CommentRecord | IssueRecord; readonly content: ReactionRecord['content'] },
): { readonly reaction: ReactionRecord; readonly isNew: boolean } {
  const { world, viewer } = session;
  const issue = subject.kind === 'Issue' ? subject : subject.issue;
  requireIssueAccess(viewer, { issue, need: NEEDS.joinIssues });
  const existing = subject.reactions.find((each) => each.user === viewer.user && each.content === content);
  if (existing) return { reaction: existing, isNew: false };
  const id = world.store.nextId('reaction');
  const reaction: ReactionRecord = { kind: 'Reaction', id, content, user: viewer.user, createdAt: world.clock() };
  subject.reactions.push(reaction);
  return { reaction, isNew: true };
}

function checkBody(body: string): void {
  if (body.trim() === '') throw invalidField('IssueComment', 'body');
  if (body.length > MAX_BODY_LENGTH) {
    throw unprocessable('Validation Failed', [
      {
        resource: 'IssueComment',
        field: 'body',
        code: 'custom',
        message: `body is too long (maximum is ${MAX_BODY_LENGTH} characters)`,
      },
    ]);
  }
}

function emit(
  session: Session,
  {
    comment,
    action,
    changes,
  }: {
    readonly comment: CommentRecord;
    readonly action: 'created' | 'edited' | 'deleted';
    readonly changes?: { readonly body: { readonly from: string } };
  },
): void {
  const { world, viewer } = session;
  const { issue } = comment;
  const event = { name: 'issue_comment', action, repository: issue.repository, issue, comment } as const;
  world.emit({ ...event, cause: viewer, sender: viewer.user, ...(changes && { changes }) });
}
