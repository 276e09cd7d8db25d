import type { Viewer } from '../access/permissions.ts';
import type { IssueRecord, UserRecord } from './store.ts';

export type MergeMethod = 'merge' | 'squash' | 'rebase';
export const MERGE_METHODS = ['merge', 'squash', 'rebase'] as const;

export type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';

export interface ReviewCommentRecord {
  readonly id: number;
  readonly path: string;
  readonly line: number | null;
  readonly side: 'LEFT' | 'RIGHT';
  readonly body: string;
  readonly createdAt: number;
}

export interface ReviewRecord {
  readonly kind: 'PullRequestReview';
  readonly id: number;
  readonly pull: PullRequest;
  readonly author: UserRecord;
  /** Only reviews by those who may write count towards a merge. */
  readonly byWriter: boolean;
  /** The head that was reviewed. */
  readonly commit: string;
  readonly submittedAt: number;
  readonly comments: readonly ReviewCommentRecord[];
  body: string;
  state: ReviewState;
}

/** How a merge is to be done; what is null gets GitHub's default text. */
export interface MergeWish {
  readonly method: MergeMethod;
  readonly title: string | null;
  readonly message: string | null;
}

export interface AutoMergeRecord extends MergeWish {
  /** GitHub merges in this name, with what the token might do when it was asked. */
  readonly viewer: Viewer;
  readonly enabledAt: number;
}

export interface QueueEntryRecord {
  readonly kind: 'MergeQueueEntry';
  readonly id: number;
  readonly pull: PullRequest;
  readonly enqueuer: UserRecord;
  readonly enqueuedAt: number;
  /** The merge that is being checked, null for an entry that waits for those before it. */
  group: { readonly ref: string; readonly baseSha: string; readonly headSha: string } | null;
}

/** What git says about a head on a base; counted from their merge base. */
export interface Comparison {
  readonly commits: number;
  readonly files: number;
  readonly additions: number;
  readonly deletions: number;
}

export interface PullRecord {
  readonly id: number;
  readonly headRef: string;
  readonly reviews: ReviewRecord[];
  readonly requestedReviewers: Set<UserRecord>;
  baseRef: string;
  /** Where the branches stand, as GitHub has noticed; they stay as they were once the pull request is closed. */
  headSha: string;
  baseSha: string;
  draft: boolean;
  comparison: Comparison;
  /** Heads whose mergeability has been worked out: the first reader after a push is told "unknown". */
  judged: string | null;
  merged: { readonly at: number; readonly by: UserRecord; readonly commit: string } | null;
  autoMerge: AutoMergeRecord | null;
  queueEntry: QueueEntryRecord | null;
}

export type PullRequest = IssueRecord & { readonly pull: PullRecord };

export function isPullRequest(issue: IssueRecord): issue is PullRequest {
  return issue.pull !== null;
}
