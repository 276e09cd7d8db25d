import { roleOf, roleReaches } from '../../access/permissions.ts';
import { association } from '../../bodies/issue.ts';
import { pullHtmlUrl } from '../../bodies/pull.ts';
import { nodeId } from '../../model/node-ids.ts';
import type { ReviewRecord } from '../../model/records.ts';
import type { ReviewCommentRecord } from '../../model/reviews.ts';
import { iso } from '../../model/time.ts';
import type { Addresses } from '../../world.ts';
import { connection, type PageArgs } from './connection.ts';
import type { Fields } from './fields.ts';
import { gitObject } from './git-object.ts';
import { actorOf } from './people.ts';

export const PullRequestReview: Fields<ReviewRecord> = {
  id: (review) => nodeId('PullRequestReview', review.id),
  databaseId: (review) => review.id,
  fullDatabaseId: (review) => String(review.id),
  state: (review) => review.state,
  body: (review) => review.body,
  bodyText: (review) => review.body,
  author: (review) => actorOf(review.author),
  authorAssociation: (review) => association(review.author, review.pull.repository),
  // As things stand now, as a field of the author's rights has it; that GitHub keeps no other is an assumption.
  authorCanPushToRepository: ({ author, pull }) =>
    !author.isDeleted && roleReaches(roleOf(author, pull.repository), 'write'),
  comments: (review, args: PageArgs, { world }) => {
    const all = review.comments.map((comment) => reviewComment(world.addresses, { review, comment }));
    return connection({ name: 'comments', all, args, key: (comment) => comment.databaseId });
  },
  commit: (review) => gitObject(review.pull.repository, review.commit),
  pullRequest: (review) => review.pull,
  repository: (review) => review.pull.repository,
  createdAt: (review) => iso(review.submittedAt),
  publishedAt: (review) => iso(review.submittedAt),
  submittedAt: (review) => iso(review.submittedAt),
  updatedAt: (review) => iso(review.submittedAt),
  viewerDidAuthor: (review, _args, { viewer }) => review.author === viewer.user,
  url: (review, _args, { world }) => `${pullHtmlUrl(world.addresses, review.pull)}#pullrequestreview-${review.id}`,
};

/** On a line, or on a whole file where `line` is null; always the reviewer's own. */
function reviewComment(
  at: Addresses,
  { review, comment }: { readonly review: ReviewRecord; readonly comment: ReviewCommentRecord },
) {
  const { pull, author, commit } = review;
  return {
    id: nodeId('PullRequestReviewComment', comment.id),
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    path: comment.path,
    line: comment.line,
    originalLine: comment.line,
    subjectType: comment.line === null ? 'FILE' : 'LINE',
    body: comment.body,
    bodyText: comment.body,
    author,
    authorAssociation: association(author, pull.repository),
    commit: () => gitObject(pull.repository, commit),
    outdated: false,
    pullRequest: pull,
    pullRequestReview: review,
    repository: pull.repository,
    state: 'SUBMITTED',
    createdAt: iso(comment.createdAt),
    publishedAt: iso(comment.createdAt),
    updatedAt: iso(comment.createdAt),
    url: `${pullHtmlUrl(at, pull)}#discussion_r${comment.id}`,
  };
}
