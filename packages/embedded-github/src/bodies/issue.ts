import type { components } from '@octokit/openapi-types';
import type { UserRecord } from '../model/accounts.ts';
import { nodeId, recordNodeId } from '../model/node-ids.ts';
import type { ReactionRecord } from '../model/reactions.ts';
import type {
  CommentRecord,
  IssueEventRecord,
  IssueRecord,
  LabelRecord,
  PullRecord,
  RepositoryRecord,
} from '../model/records.ts';
import { iso, isoOrNull } from '../model/time.ts';
import type { Addresses } from '../world.ts';
import { appBody } from './app.ts';
import { repositoryUrl } from './repository.ts';
import { userBody } from './user.ts';

type Schemas = components['schemas'];

export function issueUrl(at: Addresses, issue: IssueRecord): string {
  return `${repositoryUrl(at, issue.repository)}/issues/${issue.number}`;
}

export function issueHtmlUrl(at: Addresses, issue: IssueRecord): string {
  return `${at.server}/${issue.repository.fullName}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`;
}

export function issueBody(at: Addresses, issue: IssueRecord): Schemas['issue'] {
  const url = issueUrl(at, issue);
  const assignees = [...issue.assignees].map((user) => userBody(at, user));
  return {
    id: issue.id,
    node_id: recordNodeId(issue),
    number: issue.number,
    url,
    repository_url: repositoryUrl(at, issue.repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: issueHtmlUrl(at, issue),
    title: issue.title,
    body: issue.body,
    user: userBody(at, issue.author),
    labels: [...issue.labels].map((label) => labelBody(at, label)),
    state: issue.state,
    state_reason: issue.stateReason,
    locked: issue.locked,
    active_lock_reason: null,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    comments: issue.comments.length,
    created_at: iso(issue.createdAt),
    updated_at: iso(issue.updatedAt),
    closed_at: isoOrNull(issue.closedAt),
    closed_by: issue.closedBy && userBody(at, issue.closedBy),
    author_association: association(issue.author, issue.repository),
    performed_via_github_app: issue.viaApp && appBody(at, issue.viaApp),
    reactions: rollup(`${url}/reactions`, issue.reactions),
    sub_issues_summary: subIssuesSummary(issue),
    issue_dependencies_summary: dependenciesSummary(issue),
    ...(issue.pull && pullKeys(at, { issue, pull: issue.pull })),
    ...(issue.parent && { parent_issue_url: issueUrl(at, issue.parent) }),
  };
}

/** What tells a pull request from an issue in the lists that hold both. */
function pullKeys(
  at: Addresses,
  { issue, pull }: { readonly issue: IssueRecord; readonly pull: PullRecord },
): Pick<Schemas['issue'], 'draft' | 'pull_request'> {
  const html = issueHtmlUrl(at, issue);
  const url = `${repositoryUrl(at, issue.repository)}/pulls/${issue.number}`;
  const links = { url, html_url: html, diff_url: `${html}.diff`, patch_url: `${html}.patch` };
  return { draft: pull.draft, pull_request: { ...links, merged_at: isoOrNull(pull.merged?.at ?? null) } };
}

export function subIssuesSummary(issue: IssueRecord): Schemas['sub-issues-summary'] {
  const total = issue.subIssues.length;
  const completed = issue.subIssues.filter((child) => child.state === 'closed').length;
  return { total, completed, percent_completed: total === 0 ? 0 : Math.floor((completed / total) * 100) };
}

export function dependenciesSummary(issue: IssueRecord): Schemas['issue-dependencies-summary'] {
  const open = (issues: ReadonlySet<IssueRecord>) => [...issues].filter((each) => each.state === 'open').length;
  return {
    blocked_by: open(issue.blockedBy),
    blocking: open(issue.blocking),
    total_blocked_by: issue.blockedBy.size,
    total_blocking: issue.blocking.size,
  };
}

export function commentBody(at: Addresses, comment: CommentRecord): Schemas['issue-comment'] {
  const url = `${repositoryUrl(at, comment.issue.repository)}/issues/comments/${comment.id}`;
  return {
    id: comment.id,
    node_id: recordNodeId(comment),
    url,
    html_url: commentHtmlUrl(at, comment),
    issue_url: issueUrl(at, comment.issue),
    body: comment.body,
    user: userBody(at, comment.author),
    created_at: iso(comment.createdAt),
    updated_at: iso(comment.updatedAt),
    author_association: association(comment.author, comment.issue.repository),
    performed_via_github_app: comment.viaApp && appBody(at, comment.viaApp),
    reactions: rollup(`${url}/reactions`, comment.reactions),
  };
}

export function commentHtmlUrl(at: Addresses, comment: CommentRecord): string {
  return `${issueHtmlUrl(at, comment.issue)}#issuecomment-${comment.id}`;
}

export function labelBody(at: Addresses, label: LabelRecord): Schemas['label'] {
  return {
    id: label.id,
    node_id: recordNodeId(label),
    url: `${repositoryUrl(at, label.repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    description: label.description,
    default: false,
  };
}

export function reactionBody(at: Addresses, reaction: ReactionRecord): Schemas['reaction'] {
  return {
    id: reaction.id,
    node_id: recordNodeId(reaction),
    user: userBody(at, reaction.user),
    content: reaction.content,
    created_at: iso(reaction.createdAt),
  };
}

function rollup(url: string, reactions: readonly ReactionRecord[]): Schemas['reaction-rollup'] {
  const count = (content: ReactionRecord['content']) => reactions.filter((each) => each.content === content).length;
  return {
    url,
    total_count: reactions.length,
    '+1': count('+1'),
    '-1': count('-1'),
    laugh: count('laugh'),
    hooray: count('hooray'),
    confused: count('confused'),
    heart: count('heart'),
    rocket: count('rocket'),
    eyes: count('eyes'),
  };
}

/** An entry of an issue's event list, in the fields that GitHub's kinds of event have in common. */
export function issueEventBody(at: Addresses, event: IssueEventRecord) {
  const url = `${repositoryUrl(at, event.issue.repository)}/issues/events/${event.id}`;
  return {
    id: event.id,
    node_id: nodeId('IssueEvent', event.id),
    url,
    actor: userBody(at, event.actor),
    event: event.event,
    commit_id: event.commit,
    commit_url: event.commit && `${repositoryUrl(at, event.issue.repository)}/commits/${event.commit}`,
    created_at: iso(event.createdAt),
    performed_via_github_app: event.viaApp && appBody(at, event.viaApp),
    ...(event.label && { label: { name: event.label.name, color: event.label.color } }),
    ...(event.event === 'closed' && { state_reason: event.stateReason }),
    ...(event.rename && { rename: event.rename }),
  };
}

export function association(author: UserRecord, repository: RepositoryRecord): Schemas['author-association'] {
  if (author === repository.owner) return 'OWNER';
  if (repository.collaborators.has(author.login.toLowerCase())) return 'COLLABORATOR';
  return 'NONE';
}
