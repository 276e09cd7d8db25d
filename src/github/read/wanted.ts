import { type Derivations, groupRecordOf, taskRecordOf } from '../../state/derivations.ts';
import { earliest } from '../../state/earliest.ts';
import { hasEnded, stoppedDispatches } from '../../state/ending-runs.ts';
import { type LandedWork, workOf } from '../../state/evidence.ts';
import { LABEL } from '../../state/names.ts';
import type { GroupRecord, TaskRecord } from '../../state/record.ts';
import { readResult } from '../../state/result.ts';
import { type CommentView, type IssueView, millis, type RunView } from '../../state/snapshot.ts';
import { isTrustedBody, type Trust } from '../../state/trust.ts';
import type { Ledger } from '../ledger.ts';
import type { WantedPulls } from './pulls.ts';

/** What a reading asks for, by what the issues say that are known already. */
export interface Known extends Trust {
  /** In order of number, as they count. */
  readonly issues: readonly IssueView[];
  readonly ledger: Ledger;
  readonly derivations: Derivations;
}

/** One without a label of ours is in view because a record or a run names it. */
function isTask({ labels }: IssueView): boolean {
  return labels.includes(LABEL.task) || !(labels.includes(LABEL.plan) || labels.includes(LABEL.wave));
}

/** Whether an issue without a record is one whose record somebody broke, and not one that waits to be adopted. */
function mayHoldRecord({ author, writer, number }: IssueView, { issues, ...known }: Omit<Known, 'ledger'>): boolean {
  if (author === known.app || writer === known.app) return true;
  return issues.some(
    (issue) =>
      issue.labels.includes(LABEL.wave) && Object.values(groupRecord(issue, known)?.issues ?? {}).includes(number),
  );
}

/** Pull requests of tasks in review, and of waves that are done. */
export function wantedPulls({ issues, ...known }: Known): WantedPulls {
  const numbers: number[] = [];
  const branches: string[] = [];
  for (const issue of issues) {
    if (issue.labels.includes(LABEL.task)) {
      const record = taskRecord(issue, known);
      if (
        record?.review &&
        !record.done &&
        (issue.open || record.review.closed === undefined || record.review.withdrawn)
      )
        numbers.push(record.review.pull);
    } else if (issue.labels.includes(LABEL.wave)) {
      const pull = groupRecord(issue, known)?.pull;
      if (!pull || pull.state === 'merged') continue;
      if (pull.number === undefined) branches.push(pull.branch);
      else numbers.push(pull.number);
    }
  }
  return { numbers: [...new Set(numbers)], branches };
}

/** Something of the plan was dispatched: from then on the base may hold what landed. */
export function hasBegun({ issues, ...known }: Omit<Known, 'ledger'>): boolean {
  // A record that cannot be read may have told of one.
  return issues.some((issue) => issue.labels.includes(LABEL.task) && taskRecord(issue, known)?.dispatch !== 0);
}

/** A record that was there cannot be read any more: what it told has to be found out again. */
export function hasBrokenRecord({ issues, ...known }: Omit<Known, 'ledger'>): boolean {
  return issues.some(
    (issue) =>
      isTask(issue) &&
      issue.closedAs !== 'duplicate' &&
      !taskRecord(issue, known) &&
      mayHoldRecord(issue, { issues, ...known }),
  );
}

/** What landed and is not known to be lost. */
export function landedWork(
  { issues, derivations }: Omit<Known, 'ledger'>,
  seen: Parameters<typeof workOf>[1],
): readonly LandedWork[] {
  return issues.flatMap((issue) => {
    const record = issue.labels.includes(LABEL.task) ? taskRecordOf(issue, derivations) : undefined;
    return (record && workOf({ issue: issue.number, record }, seen)) ?? [];
  });
}

interface OutstandingRuns {
  /** Runs created since this moment (epoch ms) may matter; undefined when nothing runs. */
  readonly since: number | undefined;
  /** There is a dispatch whose run we do not know. */
  readonly nameless: boolean;
  /** Those that are known by their id, and when the dispatch was sent that is not over (epoch ms). */
  readonly runs: ReadonlyMap<number, number | undefined>;
}

/** What runs by the records, as far as this process has seen them. */
export function outstandingRuns({ issues, ledger: { dispatched }, ...known }: Known): OutstandingRuns {
  let since: number | undefined;
  let nameless = false;
  const runs = new Map<number, number | undefined>();
  for (const issue of issues) {
    if (!isTask(issue)) continue;
    const record = taskRecord(issue, known);
    if (!record && !mayHoldRecord(issue, { issues, ...known })) continue;
    // Of one that somebody broke nobody knows whether it was done: runs and comments tell.
    if (!issue.open && !record?.live && (record || !mayBeDone(issue, known))) continue;
    // People merged it: no run has anything to close.
    if (record?.done?.pull !== undefined) continue;
    const sent = record
      ? (record.live?.sent ?? (record.done ? record.history.at(-1)?.sent : undefined))
      : issue.createdAt;
    if (sent === undefined) continue;
    since = Math.min(since ?? Number.POSITIVE_INFINITY, millis(sent) - 60_000);
    const sentHere = dispatched.get(issue.number);
    const ours = sentHere?.dispatch === record?.dispatch ? sentHere?.run : undefined;
    const run = record?.live ? (record.live.run ?? ours) : record?.history.at(-1)?.run;
    if (run !== undefined) runs.set(run, record?.live && millis(record.live.sent));
    else if (!record || record.live) nameless = true;
  }
  return { since, nameless, runs };
}

/**
 * Since when runs matter that were told to end and not seen to have ended (epoch ms): their slots are waited for.
 * @param seen Runs as they are known, and when issues were last read (epoch ms).
 */
export function endingSince(
  { issues, ...known }: Omit<Known, 'ledger'>,
  { runs, now }: { readonly runs: ReadonlyMap<number, RunView>; readonly now: number },
): number | undefined {
  return earliest(
    issues.flatMap((issue) => {
      const record = isTask(issue) ? taskRecord(issue, known) : undefined;
      if (!record) return [];
      const { task } = record;
      const open = stoppedDispatches(record, now).filter(
        (past) => !hasEnded(past, { task, issue: issue.number, runs: runs.values() }),
      );
      return open.map(({ sent }) => millis(sent) - 60_000);
    }),
  );
}

interface WantedRuns {
  /** Runs created since this moment (epoch ms) matter; undefined: none do. */
  readonly since: number | undefined;
  /** Only a listing tells of some of them. */
  readonly isMissed: boolean;
}

/** @param seen As `endingSince` takes it. */
export function wantedRuns(known: Known, seen: Parameters<typeof endingSince>[1]): WantedRuns {
  const outstanding = outstandingRuns(known);
  const ending = endingSince(known, seen);
  return { since: earliest([outstanding.since, ending]), isMissed: outstanding.nameless || ending !== undefined };
}

/** The app made it, and its record is broken. */
function mayBeDone({ author, closedAs }: IssueView, { app }: Trust): boolean {
  return author === app && closedAs !== 'duplicate';
}

/**
 * True when a failure, or work to be gone on with, is said of a dispatch whose run was not seen to have ended: anybody's
 * workflow may have said so, and the run's own end bears it out.
 */
export function areEndsAwaited({ issues, ...known }: Omit<Known, 'ledger'>, { comments, runs }: Reported): boolean {
  const live = new Map(
    issues.flatMap((issue) => {
      const record = issue.labels.includes(LABEL.task) ? taskRecord(issue, known) : undefined;
      return record?.live ? [[issue.number, record.dispatch] as const] : [];
    }),
  );
  return comments.some(({ issue, body }) => {
    const result = live.has(issue) ? readResult(body) : undefined;
    if (!result || result.dispatch !== live.get(issue)) return false;
    if (result.outcome === 'completed' || result.outcome === 'superseded') return false;
    return runs.get(result.run)?.ended !== true;
  });
}

interface Reported {
  readonly comments: readonly CommentView[];
  readonly runs: ReadonlyMap<number, RunView>;
}

/** Comments from so long before the watermark are read again: one may have shown up late (ms). */
const COMMENT_OVERLAP_MS = 2 * 60_000;

/** Since when comments matter (epoch ms). A record that somebody broke is rebuilt from all comments since its issue was made. */
export function commentsSince(plan: IssueView, { issues, ...known }: Omit<Known, 'ledger'>): number {
  const watermark = groupRecord(plan, known)?.watermark;
  let since = millis(watermark ?? plan.createdAt) - COMMENT_OVERLAP_MS;
  for (const issue of issues) {
    const broken =
      (isTask(issue) && !taskRecord(issue, known) && mayHoldRecord(issue, { issues, ...known })) ||
      (issue.labels.includes(LABEL.wave) && !groupRecord(issue, known));
    if (broken) since = Math.min(since, millis(issue.createdAt));
  }
  return since;
}

type Reader = Trust & Pick<Known, 'derivations'>;

/** A record counts while nobody wrote the body who may not. */
function taskRecord(issue: IssueView, known: Reader): TaskRecord | undefined {
  return isTrustedBody(issue, known) ? taskRecordOf(issue, known.derivations) : undefined;
}

function groupRecord(issue: IssueView, known: Reader): GroupRecord | undefined {
  return isTrustedBody(issue, known) ? groupRecordOf(issue, known.derivations) : undefined;
}
