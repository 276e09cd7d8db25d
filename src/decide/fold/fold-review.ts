import { taskBranch } from '../../state/names.ts';
import type { PullView } from '../../state/pull-view.ts';
import type { TaskRecord } from '../../state/record.ts';
import { instant, millis, type RepositoryView, type Snapshot } from '../../state/snapshot.ts';
import type { Timings } from '../../state/timings.ts';
import { unreachable } from '../../state/unreachable.ts';
import { closedPull } from './closed-pull.ts';

/** Reviews and checks that one task remembers to have acted on. */
const MAX_REMEMBERED_REQUESTS = 50;

/**
 * Folds into a task's record what became of its pull request. While a run is at work on it nothing is: the run says
 * first what it left there.
 */
export function foldReview(record: TaskRecord, input: ReviewInput): TaskRecord {
  const { pulls } = input.snapshot;
  const { review } = record;
  if (!review || record.live || record.done) return record;
  const pull = pulls?.get(review.pull);
  if (!pull) return isNowhere(review, input) ? withoutForeignPull(record, review) : record;
  if (!isOwnPull(pull, { record, repository: input.snapshot.repository })) return withoutForeignPull(record, review);
  switch (pull.state) {
    case 'merged':
      return completeByMerge({ ...record, review }, { pull, since: input.snapshot.base?.since });
    case 'closed':
      return review.closed === undefined && !review.restored
        ? foldClosing({ ...record, review }, { pull, input })
        : record;
    case 'open':
      // It is about to be closed.
      if (review.withdrawn) return record;
      return foldRequestedChanges(
        review.closed === undefined ? record : { ...record, review: withoutClosing(review) },
        pull,
      );
    default:
      return unreachable(pull.state);
  }
}

function foldClosing(
  record: TaskRecord & { readonly review: PendingReview },
  { pull, input: { snapshot } }: { readonly pull: PullView; readonly input: ReviewInput },
): TaskRecord {
  const { review } = record;
  const found = closedPull(pull, { reopened: review.reopened, snapshot });
  switch (found.kind) {
    case 'counts':
      return { ...record, review: { ...review, closed: pull.closedAt ?? instant(snapshot.now) } };
    case 'reopen':
      return { ...record, review: { ...review, reopened: found.reopened } };
    case 'reopened':
      return record;
    default:
      return unreachable(found);
  }
}

interface ReviewInput {
  readonly snapshot: Snapshot;
  /** The record as it was before this pass: what it names was asked for. */
  readonly before: TaskRecord;
  readonly timings: Timings;
}

/** It was asked for and long enough, and there is no such pull request. */
function isNowhere({ pull, at }: PendingReview, { before, snapshot, timings }: ReviewInput): boolean {
  return before.review?.pull === pull && snapshot.now >= millis(at) + timings.resultGrace;
}

/**
 * A result may name any number, and strangers may call a branch of a fork as they like: the pull request of a task comes
 * from its branch in this repository, and goes to the base.
 */
function isOwnPull(
  { branch, isFromFork, base }: PullView,
  { record, repository }: { readonly record: TaskRecord; readonly repository: RepositoryView },
): boolean {
  const onto = repository.integrationBranch?.branch ?? repository.defaultBranch;
  return !isFromFork && branch === taskBranch(record.task) && base === onto;
}

/** The run left nothing that anybody could review: as if it had reported nothing. */
function withoutForeignPull(record: TaskRecord, { pull }: PendingReview): TaskRecord {
  const { review, ...rest } = record;
  const last = record.history.at(-1);
  if (last?.outcome !== 'in-review') return rest;
  const cause = { kind: 'foreign-pull-request', pull } as const;
  return { ...rest, history: [...record.history.slice(0, -1), { ...last, outcome: 'infrastructure', cause }] };
}

type PendingReview = NonNullable<TaskRecord['review']>;

interface MergedPull {
  readonly pull: PullView;
  /** The last look at the base. */
  readonly since: string | undefined;
}

function completeByMerge(
  { review, failure, guidance, model, revoked, ...rest }: TaskRecord & { readonly review: PendingReview },
  { pull: { number, head, mergeCommit, mergedAt }, since }: MergedPull,
): TaskRecord {
  const trusted = head === review.head;
  return {
    ...rest,
    done: {
      run: review.run,
      ...(mergeCommit === undefined ? {} : { commit: mergeCommit }),
      ...(since === undefined ? {} : { after: since }),
      at: mergedAt ?? review.at,
      checks: trusted ? review.checks : {},
      summary: review.summary,
      ...(review.cost_usd === undefined ? {} : { cost_usd: review.cost_usd }),
      pull: number,
      ...(trusted ? {} : { unverified: true }),
    },
  };
}

function withoutClosing({ closed, ...review }: PendingReview): PendingReview {
  return review;
}

/** What people and required checks want changed starts a slice, each of them once. */
function foldRequestedChanges(record: TaskRecord, pull: PullView): TaskRecord {
  const { review } = record;
  const unanswered = changeRequests(pull).filter(({ key }) => record.answered?.includes(key) !== true);
  if (!review || review.wanted || unanswered.length === 0) return record;
  return {
    ...record,
    review: { ...review, wanted: true },
    answered: [...(record.answered ?? []), ...unanswered.map(({ key }) => key)].slice(-MAX_REMEMBERED_REQUESTS),
    failure: {
      what: unanswered
        .map(({ what }) => what)
        .join('; ')
        .slice(0, 500),
      output: unanswered
        .map(({ output }) => output)
        .join('\n\n')
        .trim()
        .slice(0, 6_000),
    },
  };
}

interface ChangeRequest {
  /** The same for the same wish at every pass. */
  readonly key: string;
  readonly what: string;
  readonly output: string;
}

function changeRequests({ number, head, reviews, failedChecks, mergeState }: PullView): readonly ChangeRequest[] {
  const asked = reviews
    .filter(({ writes, changesRequested }) => writes && changesRequested)
    .map(({ id, author, body }) => ({
      key: `review:${id}`,
      what: `${author} asked for changes: ${firstLine(body) || `see the review of #${number}`}`,
      output: body === '' ? '' : `${author} wrote:\n${body}`,
    }));
  const failed = {
    key: `checks:${head}`,
    what: `required checks of #${number} failed: ${failedChecks.map(({ name }) => name).join(', ')}`,
    output: failedChecks.map(({ name, summary, url }) => `${name} (${url})\n${summary}`.trim()).join('\n\n'),
  };
  const conflict = { key: `conflict:${head}`, what: `#${number} conflicts with its base`, output: '' };
  return [...asked, ...(failedChecks.length > 0 ? [failed] : []), ...(mergeState === 'DIRTY' ? [conflict] : [])];
}

function firstLine(text: string): string {
  return (text.trim().split('\n', 1)[0] ?? '').slice(0, 200).toWellFormed();
}
