import type { components } from '@octokit/openapi-types';
import type { UserRecord } from '../model/accounts.ts';
import { nodeId, recordNodeId } from '../model/node-ids.ts';
import type { PullRequest, RepositoryRecord, ReviewRecord } from '../model/records.ts';
import type { ReviewCommentRecord } from '../model/reviews.ts';
import { iso, isoOrNull } from '../model/time.ts';
import { type Mergeability, shownMergeability } from '../pulls/mergeability.ts';
import type { Addresses } from '../world.ts';
import { association, issueUrl, labelBody } from './issue.ts';
import { repositoryBody, repositoryUrl } from './repository.ts';
import { userBody } from './user.ts';

type Schemas = components['schemas'];

export function pullUrl(at: Addresses, pull: PullRequest): string {
  return `${repositoryUrl(at, pull.repository)}/pulls/${pull.number}`;
}

export function pullHtmlUrl(at: Addresses, pull: PullRequest): string {
  return `${at.server}/${pull.repository.fullName}/pull/${pull.number}`;
}

/** As lists give it: without what takes git to work out. */
export function simplePullBody(at: Addresses, issue: PullRequest): Schemas['pull-request-simple'] {
  const { pull, repository } = issue;
  const [url, html, repositoryApi] = [pullUrl(at, issue), pullHtmlUrl(at, issue), repositoryUrl(at, repository)];
  const links = {
    self: url,
    html,
    issue: issueUrl(at, issue),
    comments: `${issueUrl(at, issue)}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${repositoryApi}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: `${repositoryApi}/statuses/${pull.headSha}`,
  };
  return {
    url,
    id: pull.id,
    node_id: recordNodeId(issue),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: links.issue,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: links.statuses,
    number: issue.number,
    state: issue.state,
    locked: issue.locked,
    title: issue.title,
    user: userBody(at, issue.author),
    body: issue.body,
    labels: [...issue.labels].map((label) => ({ ...labelBody(at, label), description: label.description ?? '' })),
    milestone: null,
    active_lock_reason: null,
    created_at: iso(issue.createdAt),
    updated_at: iso(issue.updatedAt),
    closed_at: isoOrNull(issue.closedAt),
    merged_at: isoOrNull(pull.merged?.at ?? null),
    merge_commit_sha: pull.merged?.commit ?? null,
    assignee: null,
    assignees: [],
    requested_reviewers: [...pull.requestedReviewers].map((user) => userBody(at, user)),
    requested_teams: [],
    head: branchBody(at, {
      repository: pull.headRepository,
      owner: pull.headOwner,
      ref: pull.headRef,
      sha: pull.headSha,
    }),
    base: branchBody(at, { repository, owner: repository.owner, ref: pull.baseRef, sha: pull.baseSha }),
    _links: Object.fromEntries(
      Object.entries(links).map(([name, href]) => [name, { href }]),
    ) as Schemas['pull-request-simple']['_links'],
    author_association: association(issue.author, repository),
    auto_merge: pull.autoMerge && {
      enabled_by: userBody(at, pull.autoMerge.viewer.user),
      merge_method: pull.autoMerge.method,
      commit_title: pull.autoMerge.title ?? '',
      commit_message: pull.autoMerge.message ?? '',
    },
    draft: pull.draft,
  };
}

interface BranchSide {
  /** Null where it is a fork that was deleted: `repo` is null then (`head.repo` of schema `pull-request`). */
  readonly repository: RepositoryRecord | null;
  readonly owner: UserRecord;
  readonly ref: string;
  readonly sha: string;
}

/** A side of the pull request. The description's type of a head forgets that its repository may be gone. */
function branchBody(at: Addresses, { repository, owner, ref, sha }: BranchSide) {
  const repo = repository && repositoryBody(at, repository);
  const side = { label: `${owner.login}:${ref}`, ref, sha, user: userBody(at, owner), repo };
  return side as typeof side & { readonly repo: Schemas['repository'] };
}

function pullBodyWith(
  at: Addresses,
  { issue, mergeable, state }: Mergeability & { readonly issue: PullRequest },
): Schemas['pull-request'] {
  const { pull } = issue;
  return {
    ...simplePullBody(at, issue),
    merged: pull.merged !== null,
    merged_by: pull.merged && userBody(at, pull.merged.by),
    mergeable,
    mergeable_state: state,
    rebaseable: mergeable,
    comments: issue.comments.length,
    review_comments: pull.reviews.reduce((count, review) => count + review.comments.length, 0),
    maintainer_can_modify: false,
    commits: pull.comparison.commits,
    additions: pull.comparison.additions,
    deletions: pull.comparison.deletions,
    changed_files: pull.comparison.files,
  } as Schemas['pull-request'];
}

/** As it is right after a change, before GitHub has looked whether it merges; payloads carry this. */
export function freshPullBody(at: Addresses, pull: PullRequest): Schemas['pull-request'] {
  return pullBodyWith(at, { issue: pull, mergeable: null, state: 'unknown' });
}

export async function pullBody(at: Addresses, pull: PullRequest): Promise<Schemas['pull-request']> {
  return pullBodyWith(at, { issue: pull, ...(await shownMergeability(pull)) });
}

export function reviewBody(at: Addresses, review: ReviewRecord): Schemas['pull-request-review'] {
  const html = `${pullHtmlUrl(at, review.pull)}#pullrequestreview-${review.id}`;
  const pull = pullUrl(at, review.pull);
  return {
    id: review.id,
    node_id: nodeId('PullRequestReview', review.id),
    user: userBody(at, review.author),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: pull,
    _links: { html: { href: html }, pull_request: { href: pull } },
    submitted_at: iso(review.submittedAt),
    commit_id: review.commit,
    author_association: association(review.author, review.pull.repository),
  };
}

export function reviewCommentBody(
  at: Addresses,
  { review, comment }: { readonly review: ReviewRecord; readonly comment: ReviewCommentRecord },
) {
  const url = `${repositoryUrl(at, review.pull.repository)}/pulls/comments/${comment.id}`;
  const html = `${pullHtmlUrl(at, review.pull)}#discussion_r${comment.id}`;
  const pull = pullUrl(at, review.pull);
  return {
    url,
    pull_request_review_id: review.id,
    id: comment.id,
    node_id: nodeId('PullRequestReviewComment', comment.id),
    diff_hunk: '',
    path: comment.path,
    position: comment.line ?? 1,
    original_position: comment.line ?? 1,
    commit_id: review.commit,
    original_commit_id: review.commit,
    user: userBody(at, review.author),
    body: comment.body,
    created_at: iso(comment.createdAt),
    updated_at: iso(comment.createdAt),
    html_url: html,
    pull_request_url: pull,
    author_association: association(review.author, review.pull.repository),
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: pull } },
    side: comment.side,
    ...(comment.line !== null && { line: comment.line, original_line: comment.line }),
  };
}
