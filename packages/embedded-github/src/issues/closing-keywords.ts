import type { IssueRecord, RepositoryRecord } from '../model/records.ts';
import { issueNumbered } from '../model/store.ts';
import type { Session } from '../world.ts';
import { closeIssue } from './issues.ts';

/** https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue */
const CLOSING = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:([\w.-]+\/[\w.-]+))?#(\d+)\b/gi;

/** The issues of this repository that a text says it closes, each as often as it says so. */
export function mentionedIssues(repository: RepositoryRecord, text: string): IssueRecord[] {
  return [...text.matchAll(CLOSING)].flatMap(([, elsewhere, number]) => {
    const here = elsewhere === undefined || elsewhere.toLowerCase() === repository.fullName.toLowerCase();
    return (here && issueNumbered(repository, Number(number))) || [];
  });
}

/** Closes the open issues that a text mentions so, with the commit that brought it; it never closes pull requests. */
export function closeMentioned(
  session: Session,
  {
    repository,
    text,
    commit,
  }: { readonly repository: RepositoryRecord; readonly text: string; readonly commit: string },
): void {
  for (const issue of mentionedIssues(repository, text)) {
    if (issue.state === 'open' && !issue.pull) closeIssue(session, { issue, reason: 'completed', commit });
  }
}
