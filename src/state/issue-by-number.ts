import type { IssueView } from './snapshot.ts';

/** @param issues In order of number. */
export function issueByNumber(issues: readonly IssueView[], number: number): IssueView | undefined {
  let [low, high] = [0, issues.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const issue = issues[middle] as IssueView;
    if (issue.number === number) return issue;
    if (issue.number < number) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}
