import type { IssueView } from './snapshot.ts';

/** GitHub takes so many sub-issues below one issue, closed ones included. */
const MAX_SUB_ISSUES = 100;

/** How many more may be put below it. Its own count may be older than what was put there since. */
export function roomBelow(
  { number, subIssues }: Pick<IssueView, 'number' | 'subIssues'>,
  issues: readonly IssueView[],
): number {
  const known = issues.filter(({ parent }) => parent === number).length;
  return Math.max(0, MAX_SUB_ISSUES - Math.max(known, subIssues));
}
