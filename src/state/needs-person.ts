import type { TaskId } from '../plan/plan.ts';
import { nextAttempt } from './attempts.ts';
import type { Cause } from './cause.ts';
import { causeText } from './describe-cause.ts';
import { baseBusyInARow, repeatedFreeEnd, runsWithoutResultInARow } from './failures.ts';
import type { PastDispatch, TaskRecord } from './record.ts';
import { millis } from './snapshot.ts';

/** One thing that is missing, and the task on whose issue a person is asked for it. */
export interface MissingSetup {
  readonly task: TaskId;
  readonly issue: number;
  readonly cause: Extract<Cause, { readonly kind: 'setup' }>;
}

/** Runs that may end one after the other without a result before a person is asked. */
const MAX_RUNS_WITHOUT_RESULT = 3;

/** Runs in a row whose work may have no turn to land before a person is asked. */
const MAX_BASE_BUSY = 3;

/** @returns Why the task cannot go on without a person; undefined when it can. */
export function needsPerson(record: TaskRecord, ceiling: number): string | undefined {
  const last = record.history.at(-1);
  if (!last) return undefined;
  if (record.review?.closed !== undefined && !record.review.withdrawn)
    return `pull request #${record.review.pull} was closed without being merged; comment \`/retry\` for another try, or open it again`;
  const decided = record.retried !== undefined && millis(record.retried) >= millis(last.ended);
  if (last.needs === 'person' && !decided) {
    const then =
      last.cause?.kind === 'setup' ? 'then comment `/retry`' : 'decide, and comment `/retry` with what you decided';
    return `${why(last)}; ${then}`;
  }
  if (nextAttempt(record) > ceiling)
    return `attempt ${last.attempt} of ${ceiling} failed: ${why(last)}; comment \`/retry\``;
  if (baseBusyInARow(record) >= MAX_BASE_BUSY)
    return `finished work had no turn to land in ${MAX_BASE_BUSY} runs in a row, since the base moved all the time; push to it less often or set \`landing: review\`, then comment \`/retry\`: the work is kept, and its agent is not run again`;
  const repeated = repeatedFreeEnd(record);
  if (repeated)
    return `${repeated.times} runs of attempt ${record.attempt} ended in the same way: ${why(last)}; comment \`/retry\``;
  if (runsWithoutResultInARow(record) < MAX_RUNS_WITHOUT_RESULT) return undefined;
  return `${MAX_RUNS_WITHOUT_RESULT} runs in a row could not work: ${why(last)}; comment \`/retry\``;
}

/** @returns Why a dispatch ended as it did, as Markdown. */
export function why({ cause, outcome }: PastDispatch): string {
  return cause === undefined ? outcome : causeText(cause);
}
