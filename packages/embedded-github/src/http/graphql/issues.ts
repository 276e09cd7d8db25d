import { isVisible } from '../../access/permissions.ts';
import {
  association,
  commentHtmlUrl,
  dependenciesSummary,
  issueHtmlUrl,
  subIssuesSummary,
} from '../../bodies/issue.ts';
import { hasLabel } from '../../issues/labels.ts';
import { recordNodeId } from '../../model/node-ids.ts';
import type { ReactionRecord } from '../../model/reactions.ts';
import type { CommentRecord, IssueRecord, LabelRecord, RepositoryRecord, Viewer } from '../../model/records.ts';
import { iso, isoOrNull, second } from '../../model/time.ts';
import { connection, type PageArgs } from './connection.ts';
import { editFields } from './edits.ts';
import type { Fields } from './fields.ts';
import { actorOf } from './people.ts';
import { stateReason, timelineItems } from './timeline.ts';

const byId = (item: { readonly id: number }) => item.id;

export const Issue: Fields<IssueRecord> = {
  id: recordNodeId,
  databaseId: (issue) => issue.id,
  fullDatabaseId: (issue) => String(issue.id),
  number: (issue) => issue.number,
  title: (issue) => issue.title,
  body: (issue) => issue.body ?? '',
  bodyText: (issue) => issue.body ?? '',
  url: (issue, _args, { world }) => issueHtmlUrl(world.addresses, issue),
  resourcePath: (issue) => `/${issue.repository.fullName}/issues/${issue.number}`,
  state: (issue) => issue.state.toUpperCase(),
  stateReason: (issue, args: { readonly enableDuplicate?: boolean }) =>
    stateReason(issue.stateReason, args.enableDuplicate),
  closed: (issue) => issue.state === 'closed',
  locked: (issue) => issue.locked,
  repository: (issue) => issue.repository,
  author: (issue) => actorOf(issue.author),
  authorAssociation: (issue) => association(issue.author, issue.repository),
  createdAt: (issue) => iso(issue.createdAt),
  publishedAt: (issue) => iso(issue.createdAt),
  updatedAt: (issue) => iso(issue.updatedAt),
  closedAt: (issue) => isoOrNull(issue.closedAt),
  ...editFields,
  milestone: () => null,
  viewerDidAuthor: (issue, _args, { viewer }) => issue.author === viewer.user,
  labels: (issue, args: PageArgs) => connection({ name: 'labels', all: [...issue.labels], args, key: byId }),
  comments: (issue, args: PageArgs) => connection({ name: 'comments', all: issue.comments, args, key: byId }),
  assignees: (issue, args: PageArgs) => connection({ name: 'assignees', all: [...issue.assignees], args, key: byId }),
  reactions: (issue, args: PageArgs) => connection({ name: 'reactions', all: issue.reactions, args, key: byId }),
  parent: (issue) => issue.parent,
  subIssues: (issue, args: PageArgs) => connection({ name: 'subIssues', all: issue.subIssues, args, key: byId }),
  subIssuesSummary: (issue) => {
    const { total, completed, percent_completed } = subIssuesSummary(issue);
    return { total, completed, percentCompleted: percent_completed };
  },
  blockedBy: (issue, args: PageArgs, { viewer }) =>
    visible(connection({ name: 'blockedBy', all: [...issue.blockedBy], args, key: byId }), viewer),
  blocking: (issue, args: PageArgs, { viewer }) =>
    visible(connection({ name: 'blocking', all: [...issue.blocking], args, key: byId }), viewer),
  issueDependenciesSummary: (issue) => {
    const { blocked_by, blocking, total_blocked_by, total_blocking } = dependenciesSummary(issue);
    return { blockedBy: blocked_by, blocking, totalBlockedBy: total_blocked_by, totalBlocking: total_blocking };
  },
  timelineItems,
};

/** A relation may lead into a repository that the viewer may not see: its nodes are nullable, and null there. */
function visible(page: ReturnType<typeof connection<IssueRecord>>, viewer: Viewer) {
  return { ...page, nodes: page.nodes.map((issue) => (isVisible(viewer, issue.repository) ? issue : null)) };
}

export const IssueComment: Fields<CommentRecord> = {
  id: recordNodeId,
  databaseId: (comment) => comment.id,
  fullDatabaseId: (comment) => String(comment.id),
  body: (comment) => comment.body,
  bodyText: (comment) => comment.body,
  url: (comment, _args, { world }) => commentHtmlUrl(world.addresses, comment),
  issue: (comment) => comment.issue,
  pullRequest: (comment) => (comment.issue.pull ? comment.issue : null),
  repository: (comment) => comment.issue.repository,
  author: (comment) => actorOf(comment.author),
  authorAssociation: (comment) => association(comment.author, comment.issue.repository),
  createdAt: (comment) => iso(comment.createdAt),
  publishedAt: (comment) => iso(comment.createdAt),
  updatedAt: (comment) => iso(comment.updatedAt),
  ...editFields,
  isMinimized: (comment) => comment.minimized !== null,
  minimizedReason: (comment) => comment.minimized,
  viewerDidAuthor: (comment, _args, { viewer }) => comment.author === viewer.user,
  reactions: (comment, args: PageArgs) => connection({ name: 'reactions', all: comment.reactions, args, key: byId }),
};

export const CONTENT = {
  '+1': 'THUMBS_UP',
  '-1': 'THUMBS_DOWN',
  laugh: 'LAUGH',
  hooray: 'HOORAY',
  confused: 'CONFUSED',
  heart: 'HEART',
  rocket: 'ROCKET',
  eyes: 'EYES',
} as const satisfies Record<ReactionRecord['content'], string>;

export const Reaction: Fields<ReactionRecord> = {
  id: recordNodeId,
  databaseId: (reaction) => reaction.id,
  content: (reaction) => CONTENT[reaction.content],
  user: (reaction) => (reaction.user.type === 'User' ? reaction.user : null),
  createdAt: (reaction) => iso(reaction.createdAt),
};

export const Label: Fields<LabelRecord> = {
  id: recordNodeId,
  name: (label) => label.name,
  color: (label) => label.color,
  description: (label) => label.description,
  isDefault: () => false,
  createdAt: (label) => iso(label.createdAt),
  updatedAt: (label) => iso(label.createdAt),
  repository: (label) => label.repository,
  url: (label, _args, { world }) =>
    `${world.addresses.server}/${label.repository.fullName}/labels/${encodeURIComponent(label.name)}`,
};

export interface IssuesArgs extends PageArgs {
  readonly labels?: readonly string[] | null;
  readonly states?: readonly string[] | null;
  readonly orderBy?: { readonly field: string; readonly direction: 'ASC' | 'DESC' } | null;
  readonly filterBy?: {
    readonly labels?: readonly string[] | null;
    readonly states?: readonly string[] | null;
    readonly since?: string | null;
    readonly createdBy?: string | null;
  } | null;
}

/** `labels` asks for any of them, `filterBy.labels` for all of them; `since` is about `updatedAt`. */
export function issuesOf(repository: RepositoryRecord, args: IssuesArgs) {
  const { filterBy, labels, orderBy } = args;
  const states = filterBy?.states ?? args.states;
  const from = filterBy?.since ? second(Date.parse(filterBy.since)) : 0;
  const creator = filterBy?.createdBy?.toLowerCase().replace(/\[bot\]$/, '');
  const wanted = repository.issues.filter(
    (issue) =>
      !issue.pull &&
      (!states || states.includes(issue.state.toUpperCase())) &&
      (!labels || labels.some((name) => hasLabel(issue, name))) &&
      (filterBy?.labels ?? []).every((name) => hasLabel(issue, name)) &&
      second(issue.updatedAt) >= from &&
      (!creator || issue.author.login.toLowerCase().replace(/\[bot\]$/, '') === creator),
  );
  return connection({ name: 'issues', all: [...wanted].sort(issueOrder(orderBy)), args, key: byId });
}

type Order = { readonly field: string; readonly direction: string } | null | undefined;

export function issueOrder(orderBy: Order): (a: IssueRecord, b: IssueRecord) => number {
  const sign = orderBy?.direction === 'DESC' ? -1 : 1;
  const weight = (issue: IssueRecord) => orderWeight(issue, orderBy?.field);
  return (a, b) => sign * (weight(a) - weight(b) || a.number - b.number);
}

function orderWeight(issue: IssueRecord, field: string | undefined): number {
  if (field === 'UPDATED_AT') return issue.updatedAt;
  return field === 'COMMENTS' ? issue.comments.length : issue.createdAt;
}
