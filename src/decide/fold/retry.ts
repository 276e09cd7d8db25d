import { nextAttempt } from '../../state/attempts.ts';
import type { TaskRecord } from '../../state/record.ts';
import { type Instant, millis } from '../../state/snapshot.ts';
import { revokeCompletion } from './revoke-completion.ts';
import { holdAfter, wasLive } from './under-way.ts';

/** What a person asks for with another try. */
export interface Retry {
  readonly at: Instant;
  readonly fresh?: boolean | undefined;
  readonly model?: string | undefined;
  readonly guidance?: string | undefined;
}

/** Raises the ceiling by fresh attempts; on a task that was running its words are kept for the next attempt. */
export function retry(
  before: TaskRecord,
  { asked, attempts }: { readonly asked: Retry; readonly attempts: number },
): TaskRecord {
  const record = before.lost ? revokeCompletion(before, before.lost) : before;
  const { at, fresh = false, model, guidance } = asked;
  const used = record.live ? record.attempt : nextAttempt(record) - 1;
  return {
    ...record,
    ...(record.live || wasLive(record, at) ? {} : { review: reviewAfterRetry(record, fresh) }),
    ...(fresh ? { fresh: record.dispatch } : {}),
    hold: holdAfter(record, at),
    waits: undefined,
    ceiling: Math.max(record.ceiling ?? attempts, used + attempts),
    retried: later(record.retried, at),
    ...(guidance === undefined ? {} : { guidance }),
    ...(model === undefined ? {} : { model }),
  };
}

/** A reopening that came after the comment was folded in first: going back before it would let it count once more. */
function later(known: Instant | undefined, at: Instant): Instant {
  return known !== undefined && millis(known) > millis(at) ? known : at;
}

/** Work that people looked at goes on from there, unless they closed it or want to start over. */
function reviewAfterRetry({ review }: TaskRecord, fresh: boolean): TaskRecord['review'] {
  const over = review?.closed !== undefined && !review.withdrawn;
  return !review || fresh || over ? undefined : { ...review, wanted: true };
}
