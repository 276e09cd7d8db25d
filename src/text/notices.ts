import { formatProblem } from '../plan/load.ts';
import type { FileProblem } from '../plan/plan.ts';
import type { Cause } from '../state/cause.ts';
import { describeCause } from '../state/describe-cause.ts';
import type { GroupRecord } from '../state/record.ts';
import type { TrackedIssue } from '../state/tracked-issues.ts';
import { VERSION } from '../state/version.ts';

/** Why nothing is dispatched at all, and what to do about it: plain text. */

/** @returns Undefined while nothing was refused. */
export function refusalNotice(plan: TrackedIssue<GroupRecord> | undefined): string | undefined {
  const refusal = plan?.record.refusal;
  return refusal && plan && whatToFix(refusal.cause, plan.issue.number);
}

export function whatToFix(cause: Cause, planIssue: number): string {
  return `${describeCause(cause)}; fix it, then comment /resume on #${planIssue}`;
}

/** @param problems At least one. */
export function unreadableNotice([first, ...rest]: readonly FileProblem[]): string {
  const more = rest.length === 0 ? '' : ` (and ${rest.length} more)`;
  return `the plan cannot be read: ${first ? formatProblem(first) : 'nobody knows why'}${more}; fix it on the default branch`;
}

/** @param newer Issues whose records a newer version wrote. @returns Undefined when there is none. */
export function newerRecordNotice(
  newer: readonly { readonly issue: number; readonly version: number }[],
): string | undefined {
  const [first] = newer;
  if (!first) return undefined;
  const more = newer.length > 1 ? ` and ${newer.length - 1} more issues` : '';
  return `a newer version of the app wrote the record of #${first.issue}${more} (form ${first.version}, and this version knows forms up to ${VERSION}); update this app, or let the newer one alone work here`;
}
