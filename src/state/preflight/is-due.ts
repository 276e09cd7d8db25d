import type { Config } from '../../plan/config.ts';
import { readComment, SAYS_THAT_IT_IS_FIXED } from '../command.ts';
import { type Derivations, groupRecordOf, taskRecordOf } from '../derivations.ts';
import { LABEL } from '../names.ts';
import { type IssueView, millis, type Snapshot } from '../snapshot.ts';
import { asItCounts } from '../standing.ts';
import { findPlanIssue } from '../tracked-issues.ts';
import { isTrustedBody, mayWrite } from '../trust.ts';
import { preflightKey } from './judge-setup.ts';

interface Given {
  readonly config: Config;
  readonly derivations: Derivations;
}

/**
 * Whether to read how the repository is set up: before anything of a plan is dispatched for the first time, when what it
 * is judged by has changed, and when a person says that what was refused is fixed. A pass that has nothing of this costs
 * no request.
 */
export function isPreflightDue(snapshot: Snapshot, { config, derivations }: Given): boolean {
  const issue = findPlanIssue(snapshot);
  if (!issue) return false;
  const counted = asItCounts({ ...snapshot, issues: [issue] }, derivations);
  const record = isTrustedBody(issue, counted) ? groupRecordOf(issue, derivations) : undefined;
  const key = preflightKey(config);
  const { refusal } = record ?? {};
  if (refusal) {
    const { cause } = refusal;
    return ('key' in cause && cause.key !== key) || isSaidToBeFixed(issue, { snapshot, since: refusal.at });
  }
  return record?.preflight?.key !== key && mayBeStarted(snapshot, { plan: record?.plan, derivations });
}

/** By a comment that a fold of this snapshot takes as such, and perhaps by one more. */
function isSaidToBeFixed(
  { number }: IssueView,
  { snapshot, since }: { readonly snapshot: Snapshot; readonly since: string },
): boolean {
  return snapshot.comments.some(({ issue, author, body, createdAt }) => {
    if (issue !== number || millis(createdAt) < millis(since) || !mayWrite(author, snapshot)) return false;
    return readComment(body).commands.some(({ name }) => SAYS_THAT_IT_IS_FIXED.includes(name));
  });
}

interface Started {
  /** Id of the plan; undefined where no record tells it. */
  readonly plan: string | undefined;
  readonly derivations: Derivations;
}

/**
 * Somebody started the plan, one of its waves or of its tasks; true as well where it turns out not to count. That another
 * plan was started says nothing.
 */
function mayBeStarted({ issues, comments }: Snapshot, { plan, derivations }: Started): boolean {
  const isLabelled = issues.some((issue) => {
    const record = groupRecordOf(issue, derivations) ?? taskRecordOf(issue, derivations);
    if (record && plan !== undefined && record.plan !== plan) return false;
    return issue.labels.includes(LABEL.start) || record?.start !== undefined;
  });
  return isLabelled || comments.some(({ body }) => readComment(body).commands.some(({ name }) => name === 'start'));
}
