import { hasAccess, NEEDS, requireAccess } from '../access/permissions.ts';
import { touch } from '../issues/issues.ts';
import type { UserRecord } from '../model/accounts.ts';
import { ApiError, invalidField, unprocessable } from '../model/errors.ts';
import type { PullRequest, ReviewRecord } from '../model/records.ts';
import type { ReviewCommentRecord, ReviewState } from '../model/reviews.ts';
import type { Session } from '../world.ts';
import { requireActionsMayPropose } from './open.ts';

const STATES = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

export interface NewReview {
  readonly pull: PullRequest;
  readonly event: string;
  readonly body: string;
  /** Default: the head as it stands. */
  readonly commit?: string;
  readonly comments: readonly Pick<ReviewCommentRecord, 'path' | 'line' | 'side' | 'body'>[];
}

/** Submits a review at once; nobody approves their own pull request. */
export function submitReview(session: Session, { pull, ...wanted }: NewReview): ReviewRecord {
  const { world, viewer } = session;
  requireAccess(viewer, { repository: pull.repository, need: NEEDS.reviewPulls });
  const state = stateOf(wanted.event);
  if (state === 'APPROVED') requireActionsMayPropose(viewer, pull.repository);
  if (viewer.user === pull.author && state !== 'COMMENTED') {
    const what = state === 'APPROVED' ? 'approve' : 'request changes on';
    throw unprocessable('Unprocessable Entity', [`Can not ${what} your own pull request`]);
  }
  if (state !== 'APPROVED' && wanted.body.trim() === '' && wanted.comments.length === 0) {
    throw invalidField('PullRequestReview', 'body');
  }
  const now = world.clock();
  const review: ReviewRecord = {
    kind: 'PullRequestReview',
    id: world.store.nextId('review'),
    pull,
    author: viewer.user,
    byWriter: hasAccess(viewer, { repository: pull.repository, need: NEEDS.writeContents }),
    commit: wanted.commit ?? pull.pull.headSha,
    submittedAt: now,
    comments: wanted.comments.map((each) => ({ ...each, id: world.store.nextId('reviewComment'), createdAt: now })),
    body: wanted.body,
    state,
  };
  pull.pull.reviews.push(review);
  pull.pull.requestedReviewers.delete(viewer.user);
  touch(world, pull);
  announceReview(session, { review, action: 'submitted' });
  return review;
}

function stateOf(event: string): ReviewState {
  if (event === 'APPROVE' || event === 'REQUEST_CHANGES' || event === 'COMMENT') return STATES[event];
  if (event === '') throw new ApiError(501, 'Pending reviews are not part of the embedded GitHub; give an event.');
  throw invalidField('PullRequestReview', 'event', 'invalid');
}

/** Takes a review back; it counts no more, and neither do earlier ones of the same person. */
export function dismissReview(session: Session, review: ReviewRecord): void {
  const { viewer } = session;
  requireAccess(viewer, { repository: review.pull.repository, need: NEEDS.writePulls });
  if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED') {
    throw unprocessable('Can not dismiss a commented pull request review');
  }
  markDismissed(session, review);
}

/** What a push to the head does where the rules say so. */
export function dismissStaleReviews(session: Session, pull: PullRequest): void {
  for (const review of pull.pull.reviews) if (review.state === 'APPROVED') markDismissed(session, review);
}

function markDismissed(session: Session, review: ReviewRecord): void {
  const { world } = session;
  review.state = 'DISMISSED';
  touch(world, review.pull);
  announceReview(session, { review, action: 'dismissed' });
}

function announceReview(
  session: Session,
  { review, action }: { readonly review: ReviewRecord; readonly action: 'submitted' | 'dismissed' },
): void {
  const { world, viewer } = session;
  const { repository } = review.pull;
  world.emit({ name: 'pull_request_review', action, repository, review, cause: viewer, sender: viewer.user });
}

interface Opinions {
  readonly approvedBy: readonly UserRecord[];
  readonly objectedBy: readonly UserRecord[];
}

/** The last opinion of everybody whose review counts. */
export function opinions({ author, pull }: PullRequest): Opinions {
  const last = new Map<UserRecord, ReviewState>();
  for (const review of pull.reviews) {
    if (review.byWriter && review.author !== author && review.state !== 'COMMENTED')
      last.set(review.author, review.state);
  }
  const having = (state: ReviewState) => [...last].filter(([, each]) => each === state).map(([user]) => user);
  return { approvedBy: having('APPROVED'), objectedBy: having('CHANGES_REQUESTED') };
}

/** Asks people for a review, or no more. */
export function requestReviews(
  session: Session,
  {
    pull,
    reviewers,
    wanted,
  }: { readonly pull: PullRequest; readonly reviewers: readonly UserRecord[]; readonly wanted: boolean },
): void {
  const { world, viewer } = session;
  requireAccess(viewer, { repository: pull.repository, need: NEEDS.writePulls });
  const known = pull.pull.requestedReviewers;
  for (const reviewer of reviewers) {
    if (reviewer === pull.author) throw unprocessable('Review cannot be requested from pull request author.');
    if (known.has(reviewer) === wanted) continue;
    if (wanted) known.add(reviewer);
    else known.delete(reviewer);
    touch(world, pull);
    const action = wanted ? 'review_requested' : 'review_request_removed';
    const { repository } = pull;
    world.emit({ name: 'pull_request', action, repository, pull, reviewer, cause: viewer, sender: viewer.user });
  }
}
