import type { TaskRecord } from '../../state/record.ts';
import type { TrackedIssue } from '../../state/tracked-issues.ts';
import type { RefusedDispatch } from './refuse-dispatch.ts';

/**
 * What is folded of an issue in which there is no room. Nothing of it can be remembered, so nothing happened yet; but a
 * person's no ends its run all the same, for as long as it is seen to be at work.
 */
export function leaveFull(trackedIssue: TrackedIssue<TaskRecord>, refused: RefusedDispatch | undefined) {
  return {
    trackedIssue,
    handled: [],
    refused: refused && refused.runs.length > 0 ? refused : undefined,
    withdrawn: false,
  };
}
