import { appOf, hasAccess, NEEDS, requireAccess, requireAuthorOr, requireIssueAccess } from '../access/permissions.ts';
import type { EditRecord } from '../model/edits.ts';
import { invalidField, unprocessable } from '../model/errors.ts';
import type { IssueChange } from '../model/events.ts';
import type { StateReason } from '../model/issue-events.ts';
import {
  type IssueRecord,
  isPullRequest,
  type LabelRecord,
  type PullRecord,
  type RepositoryRecord,
  type Viewer,
} from '../model/records.ts';
import type { Session, World } from '../world.ts';
import { recordEvent } from './record-event.ts';

/** Characters of an issue's body, and of a comment's. */
export const MAX_BODY_LENGTH = 65_536;
const MAX_TITLE_LENGTH = 256;

interface NewIssue {
  readonly repository: RepositoryRecord;
  readonly title: string;
  readonly body: string | null;
  readonly labels: readonly LabelRecord[];
}

/** Opens an issue. Labels of people without a role are dropped silently (operation `issues/create`). */
export function createIssue(session: Session, wanted: NewIssue): IssueRecord {
  const { viewer } = session;
  const { repository } = wanted;
  requireAccess(viewer, { repository, need: NEEDS.joinIssues });
  checkTexts(wanted, 'Issue');
  const issue = recordIssue(session, wanted);
  announce(session, { issue, action: 'opened' });
  if (hasAccess(viewer, { repository, need: NEEDS.triageIssues })) addLabels(session, { issue, labels: wanted.labels });
  return issue;
}

/** The record alone, with the next number; telling of it and rights are the caller's. */
export function recordIssue(
  session: Session,
  wanted: Omit<NewIssue, 'labels'> & { readonly pull?: PullRecord },
): IssueRecord {
  const { world, viewer } = session;
  const { repository } = wanted;
  const now = world.clock();
  const issue: IssueRecord = {
    kind: 'Issue',
    id: world.store.nextId('issue'),
    number: ++repository.lastNumber,
    repository,
    author: viewer.user,
    viaApp: appOf(viewer),
    createdAt: now,
    labels: new Set(),
    comments: [],
    events: [],
    reactions: [],
    subIssues: [],
    blockedBy: new Set(),
    blocking: new Set(),
    assignees: new Set(),
    title: wanted.title,
    body: wanted.body,
    state: 'open',
    stateReason: null,
    updatedAt: now,
    edits: [],
    closedAt: null,
    closedBy: null,
    parent: null,
    locked: false,
    pull: wanted.pull ?? null,
  };
  repository.issues.push(issue);
  return issue;
}

export function checkTexts(
  { title, body }: { readonly title?: string; readonly body?: string | null },
  resource: 'Issue' | 'PullRequest',
): void {
  if (title !== undefined && title.trim() === '') throw invalidField(resource, 'title');
  if (title !== undefined && title.length > MAX_TITLE_LENGTH) {
    throw unprocessable('Validation Failed', [
      {
        resource,
        field: 'title',
        code: 'custom',
        message: `title is too long (maximum is ${MAX_TITLE_LENGTH} characters)`,
      },
    ]);
  }
  if ((body?.length ?? 0) > MAX_BODY_LENGTH) {
    throw unprocessable('Validation Failed', [
      {
        resource,
        field: 'body',
        code: 'custom',
        message: `body is too long (maximum is ${MAX_BODY_LENGTH} characters)`,
      },
    ]);
  }
}

/** Changes title and body; only the author, or people who may write. */
export function editIssue(
  session: Session,
  { issue, ...wanted }: { readonly issue: IssueRecord; readonly title?: string; readonly body?: string | null },
): void {
  const { world, viewer } = session;
  requireAuthorOr(viewer, { author: issue.author, issue, need: NEEDS.editIssues });
  checkTexts(wanted, issue.pull ? 'PullRequest' : 'Issue');
  const changes: Record<string, { from: string }> = {};
  if (wanted.title !== undefined && wanted.title !== issue.title) {
    changes.title = { from: issue.title };
    recordEvent(session, { issue, event: 'renamed', rename: { from: issue.title, to: wanted.title } });
    issue.title = wanted.title;
  }
  if (wanted.body !== undefined && wanted.body !== issue.body) {
    changes.body = { from: issue.body ?? '' };
    issue.edits.push(newEdit(session, issue.body ?? ''));
    issue.body = wanted.body;
  }
  if (Object.keys(changes).length === 0) return;
  touch(world, issue);
  announce(session, { issue, action: 'edited', changes });
}

/** Closes an open issue, or gives a closed one another reason. Rights are the caller's to check. */
export function closeIssue(
  session: Session,
  { issue, ...how }: { readonly issue: IssueRecord; readonly reason: StateReason; readonly commit?: string },
): void {
  const { world, viewer } = session;
  const now = world.clock();
  // A pull request has no reason: it is merged or it is not.
  const reason = issue.pull ? null : how.reason;
  if (issue.state === 'closed' && issue.stateReason === reason) return;
  issue.state = 'closed';
  issue.stateReason = reason;
  issue.closedAt = now;
  issue.closedBy = viewer.user;
  recordEvent(session, { issue, event: 'closed', stateReason: reason, commit: how.commit ?? null });
  touch(world, issue);
  if (issue.pull) issue.pull.autoMerge = null;
  announce(session, { issue, action: 'closed' });
}

export function reopenIssue(session: Session, issue: IssueRecord): void {
  const { world } = session;
  if (issue.state === 'open') return;
  if (issue.pull?.merged) throw invalidField('PullRequest', 'state', 'invalid');
  issue.state = 'open';
  issue.stateReason = issue.pull ? null : 'reopened';
  issue.closedAt = null;
  issue.closedBy = null;
  recordEvent(session, { issue, event: 'reopened' });
  touch(world, issue);
  announce(session, { issue, action: 'reopened' });
}

/** The author may close and reopen; others need the triage role. */
export function requireStateChange(viewer: Viewer, issue: IssueRecord): void {
  requireAuthorOr(viewer, { author: issue.author, issue, need: NEEDS.triageIssues });
}

/** Tells of a change, as one of an issue or of a pull request. */
export function announce(session: Session, { issue, ...what }: IssueChange & { readonly issue: IssueRecord }): void {
  const { world, viewer } = session;
  const common = { ...what, repository: issue.repository, cause: viewer, sender: viewer.user };
  if (isPullRequest(issue)) world.emit({ name: 'pull_request', pull: issue, ...common });
  else world.emit({ name: 'issues', issue, ...common });
}

/** Adds the labels that the issue lacks, one event each. */
export function addLabels(
  session: Session,
  { issue, labels }: { readonly issue: IssueRecord; readonly labels: Iterable<LabelRecord> },
): void {
  const { viewer } = session;
  requireIssueAccess(viewer, { issue, need: NEEDS.triageIssues });
  for (const label of labels) {
    if (issue.labels.has(label)) continue;
    issue.labels.add(label);
    announceLabel(session, { issue, label, action: 'labeled' });
  }
}

export function removeLabels(
  session: Session,
  { issue, labels }: { readonly issue: IssueRecord; readonly labels: Iterable<LabelRecord> },
): void {
  const { viewer } = session;
  requireIssueAccess(viewer, { issue, need: NEEDS.triageIssues });
  for (const label of labels) {
    if (issue.labels.delete(label)) announceLabel(session, { issue, label, action: 'unlabeled' });
  }
}

/** The whole set: what is not named goes away. */
export function replaceLabels(
  session: Session,
  { issue, labels }: { readonly issue: IssueRecord; readonly labels: readonly LabelRecord[] },
): void {
  removeLabels(session, { issue, labels: [...issue.labels].filter((label) => !labels.includes(label)) });
  addLabels(session, { issue, labels });
}

function announceLabel(
  session: Session,
  {
    issue,
    label,
    action,
  }: { readonly issue: IssueRecord; readonly label: LabelRecord; readonly action: 'labeled' | 'unlabeled' },
): void {
  const { world } = session;
  recordEvent(session, { issue, event: action, label });
  touch(world, issue);
  announce(session, { issue, action, label });
}

/** Every change of an issue moves `updated_at`, by which clients observe. */
export function touch(world: World, issue: IssueRecord): void {
  issue.updatedAt = Math.max(issue.updatedAt, world.clock());
}

/** Who edited a body, when, and what it was before. */
export function newEdit({ world, viewer }: Session, from: string): EditRecord {
  return {
    kind: 'UserContentEdit',
    id: world.store.nextId('edit'),
    editor: viewer.user,
    editedAt: world.clock(),
    from,
  };
}
