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
  /** Whether the app has seen land what a result tells of, though no record says so. */
  readonly wasSeen?: (reported: ReportedResult) => boolean;
}

/**
 * What landed for an issue: what is on the base, and what is gone from it though the app closed the issue for it, or has
 * otherwise said that it was there. But for what the plan lists as completed it does so for nothing that was not there, though its record
 * may not tell: of what one pass writes each part may fail.
 */
export function knownLandings({
  issue,
  record,
  results,
  evidence,
  snapshot: { app },
  wasSeen = () => false,
}: Landings): readonly FoundLanding[] {
  const found = evidence?.landings(issue.number) ?? [];
  const isClosedForIt = issue.closedAs === 'completed' && issue.closedBy === app && !record.listed;
  const claimed = results.flatMap((reported) => {
    const { commit, ...result } = reported.result;
    if (!isClosedForIt && !wasSeen(reported)) return [];
    const isThere = found.some(({ dispatch }) => dispatch === result.dispatch);
    return commit === undefined || isThere ? [] : [{ ...result, checks: {}, commit, inEffect: true }];
  });
  return [...found, ...claimed];
}
