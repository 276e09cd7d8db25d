import { toldAmount } from '../../state/amounts.ts';
import { attemptCost, MAX_SLICES, slicesUsed } from '../../state/attempts.ts';
import type { Cause } from '../../state/cause.ts';
import { dependencyFingerprint, MAX_DEPENDENCY_WAIT_MS } from '../../state/dependency-fingerprint.ts';
import type { PastDispatch, TaskRecord } from '../../state/record.ts';
import { causeOf, type Result } from '../../state/result.ts';
import { type Instant, instant, millis, type Snapshot } from '../../state/snapshot.ts';
import { closeAccount, withPast } from './close-account.ts';
import type { ReportedResult } from './reported-results.ts';
import type { FoldedRun } from './run-finding.ts';

/** A limit of a model's provider holds every agent of a type, so that it is believed for a day at most. */
const MAX_QUOTA_WAIT_MS = 24 * 60 * 60_000;

/** Folds a result of the outstanding dispatch into the record: any but of work that was found on the base. */
export function foldResult(
  record: TaskRecord,
  { reported, snapshot }: { readonly reported: ReportedResult; readonly snapshot: Snapshot },
): FoldedRun {
  const { result, comment } = reported;
  const { outcome, cause } = judge(record, result);
  const until = outcome === 'quota' ? quotaEnd(reported) : undefined;
  const ended = endDispatch(
    { ...record, live: record.live && { ...record.live, run: result.run } },
    {
      outcome,
      at: comment.createdAt,
      cause,
      until,
      needs: result.needs,
      agent: result.agent,
      saved: result.saved,
      comment: comment.nodeId,
    },
  );
  switch (outcome) {
    case 'in-review': {
      const { failure, guidance, ...rest } = ended;
      const pull = result.pull ?? { number: 0, head: '' };
      const cost = attemptCost(ended);
      const review = {
        ...verifiedWork(reported),
        ...(cost === undefined ? {} : { cost_usd: cost }),
        pull: pull.number,
        head: pull.head,
      };
      return { record: { ...rest, review }, found: { kind: 'in-review' } };
    }
    case 'dependency': {
      const until = instant(millis(comment.createdAt) + MAX_DEPENDENCY_WAIT_MS);
      const waits = { for: dependencyFingerprint(record, snapshot), until };
      return { record: { ...ended, waits }, found: { kind: 'ended' } };
    }
    case 'quota': {
      const { agent } = result;
      return { record: ended, found: until ? { kind: 'limited', agent: agent.type, until } : { kind: 'ended' } };
    }
    case 'continued': {
      // Its agent was done: there is nothing that the next one is to mend.
      if (cause?.kind !== 'base-busy') return withFailure(ended, result);
      const { failure, ...rest } = ended;
      return { record: rest, found: { kind: 'ended' } };
    }
    case 'infrastructure':
      if (cause?.kind === 'rule-refused' || cause?.kind === 'probe')
        return { record: ended, found: { kind: 'refused', cause } };
      if (cause?.kind === 'outage')
        return { record: ended, found: { kind: 'outage', agent: cause.agent, at: comment.createdAt } };
      return { record: ended, found: { kind: 'ended' } };
    default:
      return withFailure(ended, result);
  }
}

/** The next brief has why it failed. */
function withFailure(ended: TaskRecord, { failure }: Result): FoldedRun {
  return { record: failure ? { ...ended, failure } : ended, found: { kind: 'ended' } };
}

function quotaEnd({ result: { until }, comment }: ReportedResult): Instant | undefined {
  if (until === undefined) return undefined;
  return instant(Math.min(millis(until), millis(comment.createdAt) + MAX_QUOTA_WAIT_MS));
}

/** The outcome as it counts, and why. */
function judge(
  record: TaskRecord,
  result: Result,
): { readonly outcome: PastDispatch['outcome']; readonly cause: Cause | undefined } {
  const { outcome, pull, run } = result;
  // What it landed would have been found.
  if (outcome === 'completed') return { outcome: 'infrastructure', cause: { kind: 'no-evidence', run } };
  if (outcome === 'continued' && result.cause?.kind !== 'base-busy' && slicesUsed(record) + 1 >= MAX_SLICES)
    return { outcome: 'agent', cause: { kind: 'slices-used', slices: MAX_SLICES } };
  if (outcome === 'in-review' && !pull) return { outcome: 'infrastructure', cause: { kind: 'no-pull-request' } };
  return { outcome, cause: causeOf(result) };
}

/** What is kept of work that passed and waits for people. */
function verifiedWork({
  result,
  comment,
}: ReportedResult): Omit<NonNullable<TaskRecord['review']>, 'pull' | 'head' | 'cost_usd'> {
  return {
    run: result.run,
    at: comment.createdAt,
    checks: Object.fromEntries(result.checks.map((check) => [check.name, check.status])),
    summary: result.summary,
  };
}

/** Writes the end of the outstanding dispatch into the history. */
export function endDispatch(
  record: TaskRecord,
  end: Pick<PastDispatch, 'outcome' | 'cause' | 'until' | 'needs'> & {
    readonly at: Instant;
    /** What its run told of its agent, where it told anything. */
    readonly agent?: Result['agent'] | undefined;
    /** Where its work is kept. */
    readonly saved?: Result['saved'];
    /** GraphQL id of the comment that reported it. */
    readonly comment?: string | undefined;
  },
): TaskRecord {
  const { live, ...rest } = record;
  if (!live) return record;
  const { seconds, stalled, cost_usd: cost } = end.agent ?? {};
  const account = closeAccount({ ...live, ended: end.at, account: live.account, agent: end.agent, cause: end.cause });
  const past: PastDispatch = {
    dispatch: record.dispatch,
    attempt: record.attempt,
    slice: record.slice,
    ...(live.run === undefined ? {} : { run: live.run }),
    agent: live.agent,
    sent: live.sent,
    ended: end.at,
    outcome: end.outcome,
    ...(end.cause === undefined ? {} : { cause: end.cause }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(toldAmount(cost) === undefined ? {} : { cost_usd: cost }),
    ...(account === undefined ? {} : { account }),
    ...(end.saved === undefined ? {} : { saved: end.saved }),
    ...(stalled === undefined ? {} : { stalled }),
    ...(end.until === undefined ? {} : { until: end.until }),
    ...(end.needs === undefined ? {} : { needs: end.needs }),
    // What landed is never out of date.
    ...(end.comment === undefined || end.outcome === 'completed' ? {} : { comment: end.comment }),
  };
  const before = end.comment === undefined ? record.history : record.history.map(({ comment, ...kept }) => kept);
  return withPast({ ...rest, ...toldAfter(record, end.outcome), history: before }, past);
}

/** How a dispatch ends whose agent has read its brief. */
const BRIEFED: readonly PastDispatch['outcome'][] = ['continued', 'in-review', 'verification', 'agent', 'conflict'];

/** Words of people that its brief had are delivered; with a completed task there is nobody left to read any. */
function toldAfter({ told, dispatch }: TaskRecord, outcome: PastDispatch['outcome']): Pick<TaskRecord, 'told'> {
  if (!told || !(outcome === 'completed' || BRIEFED.includes(outcome))) return {};
  const left = outcome === 'completed' ? [] : told.filter((words) => (words.dispatch ?? dispatch + 1) > dispatch);
  return { told: left.length === 0 ? undefined : left };
}
