import type { TaskRecord } from '../../state/record.ts';
import { instant, type Snapshot } from '../../state/snapshot.ts';

/** What becomes of work in review when a person says no to its task, and when the no is taken back. */

export interface Withdrawn {
  readonly record: TaskRecord;
  /** Its pull request is open still. */
  readonly withdrawn: boolean;
}

/**
 * Remembers that the orchestrator takes the pull request back, and says whether it is open still. What was merged, or
 * closed by people, stays as it is.
 */
export function withdrawReview(record: TaskRecord, { pulls, now }: Snapshot): Withdrawn {
  const { review, done } = record;
  if (!review || done || (review.closed !== undefined && !review.withdrawn)) return { record, withdrawn: false };
  const withdrawn = pulls?.get(review.pull)?.state === 'open';
  if (review.withdrawn) return { record, withdrawn };
  return { record: { ...record, review: { ...review, withdrawn: true, closed: instant(now) } }, withdrawn };
}

/** The next slice goes on from the work that was in review: it was verified on a base that is another by now. */
export function restoreReview(record: TaskRecord): TaskRecord {
  if (!record.review?.withdrawn || record.done) return record;
  const { withdrawn, closed, ...review } = record.review;
  return { ...record, review: { ...review, wanted: true, restored: true } };
}

/** The pull request of its branch is known, and stays for people to decide about. */
export function isInReview({ review }: TaskRecord): boolean {
  return review !== undefined && review.closed === undefined;
}
