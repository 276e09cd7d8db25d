import type { Instant } from './instant.ts';

/** A pull request of a task's branch, or of a wave. */
export interface PullView {
  /** GraphQL node id. */
  readonly id: string;
  readonly number: number;
  readonly branch: string;
  /** The branch lies in another repository, whatever its name is: a fork, or one that is no more. */
  readonly isFromFork: boolean;
  readonly base: string;
  readonly state: 'open' | 'merged' | 'closed';
  /** Commit at the tip of its branch; of a merged one, what was merged. */
  readonly head: string;
  readonly mergeCommit: string | undefined;
  readonly mergedAt: Instant | undefined;
  readonly closedAt: Instant | undefined;
  /** Who closed it last; undefined where nobody knows, and where nobody did. */
  readonly closedBy: string | undefined;
  /** GitHub's word: `CLEAN`, `BLOCKED`, `BEHIND`, `DIRTY` (it conflicts), `UNKNOWN`, … */
  readonly mergeState: string;
  /** The newest opinion of each reviewer. */
  readonly reviews: readonly ReviewView[];
  /** Required checks that failed on the head. */
  readonly failedChecks: readonly { readonly name: string; readonly summary: string; readonly url: string }[];
}

export interface ReviewView {
  readonly id: string;
  readonly author: string;
  /** Whether the reviewer may write to the repository. */
  readonly writes: boolean;
  readonly changesRequested: boolean;
  readonly body: string;
}
