import type { ReviewTarget } from '../review-plan.ts';
import type { AskedRepository } from './installations.ts';

/** What somebody wants of the next pass over a repository, as far as a pass does not find it by itself. */
export interface Ask extends AskedRepository {
  /** Epoch milliseconds at which it was heard. */
  readonly at: number;
  /** Milliseconds from then on, after which the pass is due; absent: as soon as the burst is over that it came in. */
  readonly delay?: number;
  /** A run that has ended: it wants a pass only where that matters. */
  readonly endedRun?: number;
  readonly review?: WantedReview;
  /** Of what happened no moment of change tells: every issue is to be read. */
  readonly isWhole?: true;
  /** A notice that needs not be sent any more, by `noticeKey`. */
  readonly settledNotice?: string;
}

export interface WantedReview {
  readonly target: ReviewTarget;
  /** How often it was tried in vain. */
  readonly tries: number;
}
