import { mayBeForUs } from '../../state/command.ts';
import { type Derivations, groupRecordOf, taskRecordOf } from '../../state/derivations.ts';
import { ACTIONS_LOGIN, LABEL } from '../../state/names.ts';
import { type CommentView, type IssueView, millis } from '../../state/snapshot.ts';
import type { Ledger } from '../ledger.ts';
import type { WantedPulls } from './pulls.ts';

/** What a reading asks for, by what the issues say that are known already. */
export interface Known {
  /** In order of number. */
  readonly issues: readonly IssueView[];
  readonly ledger: Ledger;
  readonly derivations: Derivations;
}

export function planIssueIn(issues: readonly IssueView[]): IssueView | undefined {
  return issues.find(({ labels }) => labels.includes(LABEL.plan));
}

/** Pull requests of tasks in review, and of waves that are done. */
export function wantedPulls({ issues, derivations }: Known): WantedPulls {
  const numbers: number[] = [];
  const branches: string[] = [];
  for (const issue of issues) {
    if (issue.open && issue.labels.includes(LABEL.task)) {
      const record = taskRecordOf(issue, derivations);
      if (record?.review && !record.done) numbers.push(record.review.pull);
    } else if (issue.labels.includes(LABEL.wave)) {
      const pull = groupRecordOf(issue, derivations)?.pull;
      if (!pull || pull.state === 'merged') continue;
      if (pull.number === undefined) branches.push(pull.branch);
      else numbers.push(pull.number);
    }
  }
  return { numbers: [...new Set(numbers)], branches };
}

/** Something of the plan was dispatched: from then on the base may hold what landed. */
export function hasBegun({ issues, derivations }: Omit<Known, 'ledger'>): boolean {
  // A record that cannot be read may have told of one.
  return issues.some((issue) => issue.labels.includes(LABEL.task) && taskRecordOf(issue, derivations)?.dispatch !== 0);
}

interface OutstandingRuns {
  /** Runs created since this moment (epoch ms) may matter; undefined when nothing runs. */
  readonly since: number | undefined;
  /** There is a dispatch whose run we do not know. */
  readonly nameless: boolean;
}

/** What runs by the records, as far as this process has seen them. */
export function outstandingRuns({ issues, ledger: { dispatched }, derivations }: Known): OutstandingRuns {
  let since: number | undefined;
  let nameless = false;
  for (const issue of issues) {
    if (!issue.labels.includes(LABEL.task)) continue;
    const record = taskRecordOf(issue, derivations);
    if (!issue.open && !record?.live) continue;
    // People merged it: no run has anything to close.
    if (record?.done?.pull !== undefined) continue;
    const sent = record
      ? (record.live?.sent ?? (record.done ? record.history.at(-1)?.sent : undefined))
      : issue.createdAt;
    if (sent === undefined) continue;
    since = Math.min(since ?? Number.POSITIVE_INFINITY, millis(sent) - 60_000);
    const ours = dispatched.get(issue.number);
    if (!record || (record.live && record.live.run === undefined && ours?.dispatch !== record.dispatch))
      nameless = true;
  }
  return { since, nameless };
}

/** Comments from so long before the watermark are read again: one may have shown up late (ms). */
const COMMENT_OVERLAP_MS = 2 * 60_000;

/** Since when comments matter (epoch ms). A record that somebody broke is rebuilt from all comments since its issue was made. */
export function commentsSince(plan: IssueView, { issues, derivations }: Known): number {
  const watermark = groupRecordOf(plan, derivations)?.watermark;
  let since = millis(watermark ?? plan.createdAt) - COMMENT_OVERLAP_MS;
  for (const issue of issues) {
    const broken =
      (issue.labels.includes(LABEL.task) && !taskRecordOf(issue, derivations)) ||
      (issue.labels.includes(LABEL.wave) && !groupRecordOf(issue, derivations));
    if (broken) since = Math.min(since, millis(issue.createdAt));
  }
  return since;
}

interface Said {
  readonly issues: readonly IssueView[];
  readonly comments: readonly CommentView[];
  /** Login of the app. */
  readonly app: string;
}

/** Logins of people whose right to write decides something in this pass. */
export function peopleWhoDecide({ issues, comments, app }: Said): ReadonlySet<string> {
  // What a run reports is no command, whatever its output holds.
  const forUs = comments.filter(({ author, body }) => author !== ACTIONS_LOGIN && mayBeForUs(body));
  const logins = new Set(forUs.map(({ author }) => author));
  for (const { author, labels, labelled } of issues) {
    logins.add(author);
    for (const label of [LABEL.start, LABEL.pause]) {
      const setter = labels.includes(label) ? labelled.get(label)?.by : undefined;
      if (setter !== undefined) logins.add(setter);
    }
  }
  logins.delete(app);
  return logins;
}
