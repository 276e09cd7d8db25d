import type { TaskRecord } from '../../state/record.ts';
import type { TrackedIssue } from '../../state/tracked-issues.ts';

interface Round {
  readonly trackedIssue: TrackedIssue<TaskRecord>;
}

/** More than any order of events takes. */
const MAX_ROUNDS = 5;

/**
 * Folds what happened to a task until one more round finds nothing. What a later step leaves, an earlier one may have a
 * word on: a result that is in view counts in the pass that ends its dispatch, and not in the one after it.
 * @returns The rounds in order; the record of the last one holds them all.
 */
export function foldToRest<R extends Round>(
  trackedIssue: TrackedIssue<TaskRecord>,
  fold: (trackedIssue: TrackedIssue<TaskRecord>) => R,
): { readonly rounds: readonly R[]; readonly last: R } {
  let last = fold(trackedIssue);
  const rounds = [last];
  for (let before = trackedIssue; rounds.length < MAX_ROUNDS && last.trackedIssue.record !== before.record; ) {
    // A record that was made anew is a record like any other from then on.
    before = { ...last.trackedIssue, intact: true };
    last = fold(before);
    rounds.push(last);
  }
  return { rounds, last };
}
