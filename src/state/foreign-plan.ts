import { LABEL } from './names.ts';
import { readGroupRecord } from './record.ts';
import { unlessCopied } from './record-identity.ts';
import type { IssueView, Snapshot } from './snapshot.ts';

/** An open plan issue with an intact record that another app than this one keeps: another host works on the plan. */
export interface ForeignPlan {
  readonly issue: number;
  /** Login of that app. */
  readonly app: string;
}

/**
 * Nothing of another app's records counts, so that whoever does not see them makes an issue of its own for every task.
 * @param issues As GitHub shows them. @param plan Its id.
 */
export function foreignPlan({ issues, app }: Pick<Snapshot, 'issues' | 'app'>, plan: string): ForeignPlan | undefined {
  const found = issues.find((issue) => issue.open && isKeptByOther(issue, app) && planOf(issue) === plan);
  return found && { issue: found.number, app: found.author };
}

function isKeptByOther({ labels, author, writer }: IssueView, app: string): boolean {
  return labels.includes(LABEL.plan) && author.endsWith('[bot]') && author !== app && writer === author;
}

function planOf({ body, number }: IssueView): string | undefined {
  return unlessCopied(readGroupRecord(body), number)?.plan;
}
