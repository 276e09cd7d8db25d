import type { FileProblem } from '../../plan/plan.ts';
import { findOwnPart } from '../../state/own-part.ts';
import { newGroupRecord, readGroupRecord } from '../../state/record.ts';
import { newerVersionIn, withRecordPart } from '../../state/record-form.ts';
import { findPlanIssue } from '../../state/tracked-issues.ts';
import { brokenPlanBody } from '../../text/group-body.ts';
import type { Ledger } from '../ledger.ts';
import { type ApplyInput, apply } from './apply.ts';

/**
 * Says on the plan issue what is wrong with the plan. Where there is none yet nothing is written: a plan that was
 * never sound touches nothing on GitHub.
 * @returns What this process wrote, with that.
 */
export async function reportProblems(problems: readonly FileProblem[], input: ApplyInput): Promise<Ledger> {
  const issue = findPlanIssue(input.snapshot);
  // What a newer version wrote is not to be written over.
  if (!issue || newerVersionIn(issue.body) !== undefined) return input.ledger;
  const part = brokenPlanBody(readGroupRecord(issue.body) ?? newGroupRecord(''), problems);
  if (part === findOwnPart(issue.body)) return input.ledger;
  const effect = {
    kind: 'write-body',
    key: `body:${issue.number}`,
    issue: issue.number,
    body: withRecordPart(issue.body, { part, isOurs: issue.writer === input.snapshot.app }),
    reason: 'the plan cannot be read',
  } as const;
  const { ledger } = await apply([effect], input);
  return ledger;
}
