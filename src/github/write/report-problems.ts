import type { FileProblem } from '../../plan/plan.ts';
import { newerVersionIn, newGroupRecord, readGroupRecord } from '../../state/record.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import { findPlanIssue } from '../../state/tracked-issues.ts';
import { brokenPlanBody } from '../../text/group-body.ts';
import { type ApplyInput, apply } from './apply.ts';

/**
 * Says on the plan issue what is wrong with the plan. Where there is none yet nothing is written: a plan that was
 * never sound touches nothing on GitHub.
 */
export async function reportProblems(
  problems: readonly FileProblem[],
  snapshot: Snapshot,
  input: Omit<ApplyInput, 'snapshot'>,
): Promise<void> {
  const issue = findPlanIssue(snapshot);
  // What a newer version wrote is not to be written over.
  if (!issue || newerVersionIn(issue.body) !== undefined) return;
  const body = brokenPlanBody(readGroupRecord(issue.body) ?? newGroupRecord(''), problems);
  if (body === issue.body.replaceAll('\r\n', '\n')) return;
  const effect = {
    kind: 'write-body',
    key: `body:${issue.number}`,
    issue: issue.number,
    body,
    reason: 'the plan cannot be read',
  } as const;
  await apply([effect], { ...input, snapshot });
}
