import type { BaseEvidence, FoundLanding } from '../../state/evidence.ts';
import type { TaskRecord } from '../../state/record.ts';
import type { IssueView, Snapshot } from '../../state/snapshot.ts';
import type { ReportedResult } from './reported-results.ts';

interface Landings {
  readonly issue: IssueView;
  readonly record: Pick<TaskRecord, 'listed'>;
  /** Results of runs of its own. */
  readonly results: readonly ReportedResult[];
  readonly evidence: BaseEvidence | undefined;
  readonly snapshot: Pick<Snapshot, 'app'>;
  /** The plan file says `completed`, and no record tells whether the app wrote it there. */
  readonly mayBeProjected?: boolean;
}

/**
 * What landed for an issue: what is on the base, and what is gone from it though the app closed the issue or wrote
 * `completed` for it. But for what the plan lists as completed it does so for nothing that was not there, though its record
 * may not tell: of what one pass writes each part may fail.
 */
export function knownLandings({
  issue,
  record,
  results,
  evidence,
  snapshot: { app },
  mayBeProjected = false,
}: Landings): readonly FoundLanding[] {
  const found = evidence?.landings(issue.number) ?? [];
  const isClosedForIt = issue.closedAs === 'completed' && issue.closedBy === app && !record.listed;
  if (!isClosedForIt && !mayBeProjected) return found;
  const claimed = results.flatMap(({ result: { commit, ...result } }) => {
    const isThere = found.some(({ dispatch }) => dispatch === result.dispatch);
    return commit === undefined || isThere ? [] : [{ ...result, checks: {}, commit, inEffect: true }];
  });
  return [...found, ...claimed];
}
