import { LABEL } from './names.ts';
import { type GroupRecord, readGroupRecord, readTaskPart } from './record.ts';
import { unlessCopied } from './record-identity.ts';
import type { IssueView, Snapshot } from './snapshot.ts';
import type { TrackedIssue } from './tracked-issue.ts';

/** An issue with an intact record that another app than this one keeps, and that the configuration does not list. */
export interface ForeignPlan {
  readonly issue: number;
  /** Login of that app. */
  readonly app: string;
  /** It had the plan before this host, and is listed no longer. */
  readonly isFormer?: true;
}

interface Looking extends Pick<Snapshot, 'issues' | 'app'> {
  /** Id of the plan; empty where no record tells it. */
  readonly id: string;
  /** The plan issue, as far as records count. */
  readonly plan: TrackedIssue<GroupRecord> | undefined;
}

/**
 * Nothing of another app's records counts, so that whoever does not see them makes an issue of its own for every task, or
 * writes a new record over one. Issues are taken as GitHub shows them.
 */
export function foreignPlan({ issues, app, id, plan }: Looking): ForeignPlan | undefined {
  if (plan?.intact) return ofFormerHost(plan.record, { issues, app });
  for (const issue of issues) {
    if (!issue.open || !issue.labels.includes(LABEL.plan)) continue;
    const record = unlessCopied(readGroupRecord(issue.body), issue.number);
    if (!record || record.wave !== undefined || (id !== '' && record.plan !== id)) continue;
    const keeper = keeperOf(issue, { record, app });
    if (keeper !== undefined && (!plan || plan.issue.number === issue.number))
      return { issue: issue.number, app: keeper };
  }
  return undefined;
}

/** Another app wrote that it has the plan; or it made the issue, which people or this host may have edited since. */
function keeperOf(
  { author, writer }: IssueView,
  { record: { host }, app }: { readonly record: GroupRecord; readonly app: string },
): string | undefined {
  if (host && host.app === writer && writer !== app && isBot(writer)) return writer;
  return isBot(author) && author !== app ? author : undefined;
}

/** The one that this host took the plan over from is told by its own name only where it is not listed. */
function ofFormerHost(
  { plan, host }: GroupRecord,
  { issues, app }: Pick<Snapshot, 'issues' | 'app'>,
): ForeignPlan | undefined {
  const from = host?.from;
  if (from === undefined || from === app || !isBot(from)) return undefined;
  const found = issues.find((issue) => issue.writer === from && planIn(issue) === plan);
  return found && { issue: found.number, app: from, isFormer: true };
}

function planIn({ body, number }: IssueView): string | undefined {
  return unlessCopied(readTaskPart(body)?.record ?? readGroupRecord(body), number)?.plan;
}

function isBot(login: string | undefined): boolean {
  return login?.endsWith('[bot]') === true;
}
