import type { PastDispatch, TaskRecord } from '../../state/record.ts';
import { needsPerson } from '../../state/rules.ts';
import { type Instant, millis } from '../../state/snapshot.ts';

/**
 * What was there when somebody spoke. A command speaks to that: a run may end, and a hold may come, between a comment and
 * the pass that reads it.
 */

/** A dispatch was outstanding then, whatever became of it since. */
export function wasLive({ live, history }: TaskRecord, at: Instant): boolean {
  return (live !== undefined && isBefore(live.sent, at)) || history.some((past) => wasOutstanding(past, at));
}

/** A dispatch was outstanding then, or the next one would have come by itself: an attempt that failed, a slice that ended. */
export function wasUnderWay(
  record: TaskRecord,
  { at, attempts }: { readonly at: Instant; readonly attempts: number },
): boolean {
  if (wasLive(record, at)) return true;
  const history = record.history.filter(
    ({ dispatch, sent }) => dispatch > (record.obsolete ?? 0) && isBefore(sent, at),
  );
  const last = history.at(-1);
  if (!last || last.outcome === 'completed') return false;
  // People are at work on it, until they want changes.
  if (last.outcome === 'in-review' && record.review?.wanted !== true) return false;
  const isStuck = needsPerson({ ...record, history, live: undefined }, record.ceiling ?? attempts) !== undefined;
  return !isStuck && record.asked !== last.dispatch;
}

/** The hold that is newer than what somebody said then: that did not speak of it. */
export function holdAfter({ hold }: TaskRecord, at: Instant): TaskRecord['hold'] {
  return hold && !isBefore(hold.at, at) ? hold : undefined;
}

/** In seconds, as GitHub tells the time: what happened within the same one counts as there. */
export function isBefore(moment: Instant, at: Instant): boolean {
  return millis(moment) <= millis(at);
}

function wasOutstanding({ sent, ended }: PastDispatch, at: Instant): boolean {
  return isBefore(sent, at) && !isBefore(ended, at);
}
