import { NEEDS, requireAccess } from '../../access/permissions.ts';
import { reviewBody, reviewCommentBody, simplePullBody } from '../../bodies/pull.ts';
import { userBody } from '../../bodies/user.ts';
import { invalidField, notFound } from '../../model/errors.ts';
import type { PullRequest, ReviewRecord } from '../../model/records.ts';
import { dismissReview, type NewReview, requestReviews, submitReview } from '../../pulls/reviews.ts';
import { type Answer, type Call, created, ok, optionalText, param, requiredText, routes } from './call.ts';
import { listed, since, sorted } from './paging.ts';
import { pullOf } from './pulls.ts';

export const reviewRoutes = routes({
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews': async (call) =>
    listed(call, {
      all: (await pullOf(call)).pull.reviews,
      body: (review) => reviewBody(call.world.addresses, review),
    }),
  'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews': submit,
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}': async (call) =>
    ok(reviewBody(call.world.addresses, reviewOf(call, await pullOf(call)))),
  'PUT /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals': async (call) => {
    const review = reviewOf(call, await pullOf(call));
    requiredText(call, 'message');
    dismissReview(call, review);
    return ok(reviewBody(call.world.addresses, review));
  },
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/comments': listReviewComments,
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers': async (call) => {
    const users = [...(await pullOf(call)).pull.requestedReviewers];
    return ok({ users: users.map((user) => userBody(call.world.addresses, user)), teams: [] });
  },
  'POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers': async (call) =>
    created(await changeRequested(call, true)),
  'DELETE /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers': async (call) =>
    ok(await changeRequested(call, false)),
});

function reviewOf(call: Call, { pull }: PullRequest): ReviewRecord {
  const review = pull.reviews.find((each) => String(each.id) === param(call, 'review_id'));
  if (!review) throw notFound();
  return review;
}

async function submit(call: Call): Promise<Answer> {
  const pull = await pullOf(call);
  const commit = optionalText(call, 'commit_id');
  const review = submitReview(call, {
    pull,
    event: optionalText(call, 'event') ?? '',
    body: optionalText(call, 'body') ?? '',
    comments: Array.isArray(call.body.comments) ? call.body.comments.map(readComment) : [],
    ...(commit !== undefined && { commit }),
  });
  return ok(reviewBody(call.world.addresses, review));
}

function readComment(comment: unknown): NewReview['comments'][number] {
  const { path, body, line, side } = (typeof comment === 'object' && comment !== null ? comment : {}) as {
    readonly [field: string]: unknown;
  };
  if (typeof path !== 'string' || typeof body !== 'string') throw invalidField('PullRequestReviewComment', 'path');
  return { path, body, line: typeof line === 'number' ? line : null, side: side === 'LEFT' ? 'LEFT' : 'RIGHT' };
}

async function listReviewComments(call: Call): Promise<Answer> {
  const { pull } = await pullOf(call);
  const all = pull.reviews.flatMap((review) =>
    review.comments.map((comment) => ({ ...comment, comment, review, updatedAt: comment.createdAt })),
  );
  const wanted = sorted(call, { all: since(call, { all, moment: (each) => each.updatedAt }), defaultDirection: 'asc' });
  return listed(call, {
    all: wanted,
    body: ({ review, comment }) => reviewCommentBody(call.world.addresses, { review, comment }),
  });
}

async function changeRequested(call: Call, wanted: boolean): Promise<unknown> {
  const { world, viewer } = call;
  const pull = await pullOf(call);
  requireAccess(viewer, { repository: pull.repository, need: NEEDS.writePulls });
  const logins: unknown[] = Array.isArray(call.body.reviewers) ? call.body.reviewers : [];
  const reviewers = logins.map((login) => world.store.user(String(login)));
  requestReviews(call, { pull, reviewers, wanted });
  return simplePullBody(world.addresses, pull);
}
