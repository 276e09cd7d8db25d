import { appOf, hasAccess, NEEDS, requireAccess, requireAuthorOr, type Viewer } from './access.ts';
import { invalidField, unprocessable } from './errors.ts';
import type { IssueEventRecord, IssueRecord, LabelRecord, RepositoryRecord, StateReason } from './store.ts';
import type { World } from './world.ts';

/** Characters of an issue's body, and of a comment's. */
export const LONGEST_BODY = 65_536;
const LONGEST_TITLE = 256;

export interface NewIssue {
  readonly title: string;
  readonly body: string | null;
  readonly labels: readonly LabelRecord[];
}

/** Opens an issue. Labels of people without a role are dropped silently, as GitHub does. */
export function createIssue(world: World, viewer: Viewer, repository: RepositoryRecord, wanted: NewIssue): IssueRecord {
  requireAccess(viewer, repository, NEEDS.joinIssues);
  checkTexts(wanted);
  const now = world.clock();
  const issue: IssueRecord = {
    kind: 'Issue',
    id: world.store.nextId('issue'),
    number: repository.issues.length + 1,
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
    title: wanted.title,
    body: wanted.body,
    state: 'open',
    stateReason: null,
    updatedAt: now,
    editedAt: null,
    closedAt: null,
    closedBy: null,
    parent: null,
  };
  repository.issues.push(issue);
  world.emit({ name: 'issues', action: 'opened', repository, issue, cause: viewer, sender: viewer.user });
  if (hasAccess(viewer, repository, NEEDS.triageIssues)) addLabels(world, viewer, issue, wanted.labels);
  return issue;
}

function checkTexts({ title, body }: { readonly title?: string; readonly body?: string | null }): void {
  if (title !== undefined && title.trim() === '') throw invalidField('Issue', 'title');
  if (title !== undefined && title.length > LONGEST_TITLE) {
    throw unprocessable('Validation Failed', [
      {
        resource: 'Issue',
        field: 'title',
        code: 'custom',
        message: `title is too long (maximum is ${LONGEST_TITLE} characters)`,
      },
    ]);
  }
  if ((body?.length ?? 0) > LONGEST_BODY) {
    throw unprocessable('Validation Failed', [
      {
        resource: 'Issue',
        field: 'body',
        code: 'custom',
        message: `body is too long (maximum is ${LONGEST_BODY} characters)`,
      },
    ]);
  }
}

/** Changes title and body; only the author, or people who may write. */
export function editIssue(
  world: World,
  viewer: Viewer,
  issue: IssueRecord,
  wanted: { readonly title?: string; readonly body?: string | null },
): void {
  requireAuthorOr(viewer, issue.author, issue.repository, NEEDS.editIssues);
  checkTexts(wanted);
  const changes: Record<string, { from: string }> = {};
  if (wanted.title !== undefined && wanted.title !== issue.title) {
    changes.title = { from: issue.title };
    record(world, viewer, issue, { event: 'renamed', rename: { from: issue.title, to: wanted.title } });
    issue.title = wanted.title;
  }
  if (wanted.body !== undefined && wanted.body !== issue.body) {
    changes.body = { from: issue.body ?? '' };
    issue.body = wanted.body;
    issue.editedAt = world.clock();
  }
  if (Object.keys(changes).length === 0) return;
  touch(world, issue);
  world.emit({
    name: 'issues',
    action: 'edited',
    repository: issue.repository,
    issue,
    changes,
    cause: viewer,
    sender: viewer.user,
  });
}

/** Closes an open issue, or gives a closed one another reason. Rights are the caller's to check. */
export function closeIssue(
  world: World,
  viewer: Viewer,
  issue: IssueRecord,
  how: { readonly reason: StateReason; readonly commit?: string },
): void {
  const now = world.clock();
  if (issue.state === 'closed' && issue.stateReason === how.reason) return;
  issue.state = 'closed';
  issue.stateReason = how.reason;
  issue.closedAt = now;
  issue.closedBy = viewer.user;
  record(world, viewer, issue, { event: 'closed', stateReason: how.reason, commit: how.commit ?? null });
  touch(world, issue);
  emitState(world, viewer, issue, 'closed');
}

export function reopenIssue(world: World, viewer: Viewer, issue: IssueRecord): void {
  if (issue.state === 'open') return;
  issue.state = 'open';
  issue.stateReason = 'reopened';
  issue.closedAt = null;
  issue.closedBy = null;
  record(world, viewer, issue, { event: 'reopened' });
  touch(world, issue);
  emitState(world, viewer, issue, 'reopened');
}

/** The author may close and reopen; others need the triage role. */
export function requireStateChange(viewer: Viewer, issue: IssueRecord): void {
  requireAuthorOr(viewer, issue.author, issue.repository, NEEDS.triageIssues);
}

function emitState(world: World, viewer: Viewer, issue: IssueRecord, action: 'closed' | 'reopened'): void {
  world.emit({ name: 'issues', action, repository: issue.repository, issue, cause: viewer, sender: viewer.user });
}

/** Adds the labels that the issue lacks, one event each. */
export function addLabels(world: World, viewer: Viewer, issue: IssueRecord, labels: Iterable<LabelRecord>): void {
  requireAccess(viewer, issue.repository, NEEDS.triageIssues);
  for (const label of labels) {
    if (issue.labels.has(label)) continue;
    issue.labels.add(label);
    labelled(world, viewer, issue, label, 'labeled');
  }
}

export function removeLabels(world: World, viewer: Viewer, issue: IssueRecord, labels: Iterable<LabelRecord>): void {
  requireAccess(viewer, issue.repository, NEEDS.triageIssues);
  for (const label of labels) {
    if (issue.labels.delete(label)) labelled(world, viewer, issue, label, 'unlabeled');
  }
}

/** The whole set: what is not named goes away. */
export function replaceLabels(world: World, viewer: Viewer, issue: IssueRecord, labels: readonly LabelRecord[]): void {
  removeLabels(
    world,
    viewer,
    issue,
    [...issue.labels].filter((label) => !labels.includes(label)),
  );
  addLabels(world, viewer, issue, labels);
}

function labelled(
  world: World,
  viewer: Viewer,
  issue: IssueRecord,
  label: LabelRecord,
  action: 'labeled' | 'unlabeled',
): void {
  record(world, viewer, issue, { event: action, label });
  touch(world, issue);
  const { repository } = issue;
  world.emit({ name: 'issues', action, repository, issue, label, cause: viewer, sender: viewer.user });
}

/** Every change of an issue moves `updated_at`, by which clients observe. */
export function touch(world: World, issue: IssueRecord): void {
  issue.updatedAt = Math.max(issue.updatedAt, world.clock());
}

function record(
  world: World,
  viewer: Viewer,
  issue: IssueRecord,
  what: Pick<IssueEventRecord, 'event'> &
    Partial<Pick<IssueEventRecord, 'label' | 'stateReason' | 'commit' | 'rename'>>,
): void {
  issue.events.push({
    kind: 'IssueEvent',
    id: world.store.nextId('event'),
    issue,
    actor: viewer.user,
    createdAt: world.clock(),
    label: null,
    stateReason: null,
    commit: null,
    rename: null,
    ...what,
  });
}
