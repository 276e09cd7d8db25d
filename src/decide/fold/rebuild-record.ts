import { isLossTold } from '../../state/lost.ts';
import { type DispatchInputs, parseDispatchTitle, UNKNOWN_SLOT } from '../../state/names.ts';
import type { DispatchAccount, LiveDispatch, TaskRecord } from '../../state/record.ts';
import { type Instant, type IssueView, instant, type RunView, type Snapshot } from '../../state/snapshot.ts';
import type { TrackedIssue } from '../../state/tracked-issues.ts';
import { unreachable } from '../../state/unreachable.ts';
import { foldResult } from './end-dispatch.ts';
import { foldLanding } from './fold-landing.ts';
import { judgeResults, mergedReview } from './judge-results.ts';
import { knownLandings } from './known-landings.ts';
import { isOurRun, oldestFirst, type ReportedResult, resultsOn } from './reported-results.ts';
import type { FoldRunInput } from './run-finding.ts';

/** Remakes a record that a person broke, from the comments and runs of its issue and from the base: numbers never fall. */
export function rebuildRecord({ issue, record }: TrackedIssue<TaskRecord>, input: FoldRunInput): TaskRecord {
  const { snapshot } = input;
  const titled = oldestFirst(snapshot.runs).flatMap((run) => {
    const inputs = parseDispatchTitle(run.title);
    return inputs?.issue === issue.number && isOurRun(run, snapshot) ? [{ inputs, run }] : [];
  });
  const isAtWork = titled.some(({ run }) => !run.ended);
  // Runs that are newer than one at work are in view: what names another is made up.
  const isOfRun = ({ result: { run: id, dispatch } }: ReportedResult) =>
    titled.some(({ inputs, run }) => run.id === id && inputs.dispatch === dispatch);
  const results = resultsOn(issue.number, snapshot).filter(
    (reported) => reported.result.outcome !== 'superseded' && (!isAtWork || isOfRun(reported)),
  );
  const dispatches = [...results.map(({ result }) => result), ...titled.map(({ inputs }) => inputs)];
  if (dispatches.length === 0) return record;

  const accountOf = (dispatch: number) =>
    input.accounts?.live.find((one) => one.issue === issue.number && one.dispatch === dispatch)?.account;
  const newest = dispatches.reduce((a, b) => (b.dispatch > a.dispatch ? b : a));
  let rebuilt = record;
  for (const dispatch of [...new Set(titled.map(({ inputs }) => inputs.dispatch))].sort((a, b) => a - b)) {
    // The record no longer names a run: only runs that are listed under the dispatch prove a result.
    const runs = titled.flatMap(({ inputs, run }) => (inputs.dispatch === dispatch ? [run] : []));
    const reported = results.filter(
      ({ result }) => result.dispatch === dispatch && runs.some(({ id }) => id === result.run),
    );
    const [first] = reported;
    if (!first) continue;
    const live = assumedLive(first.comment.createdAt, accountOf(dispatch));
    const before = { ...rebuilt, ...dispatchNumbers(first.result), live };
    const isNewest = dispatch === newest.dispatch;
    rebuilt = withDispatch(before, { ...input, issue, results: reported, runs, isNewest }) ?? rebuilt;
  }
  // Of what the body still tells of, nothing is seen: the next one is numbered above it.
  if (newest.dispatch < record.dispatch) return { ...rebuilt, live: undefined, dispatch: record.dispatch };
  if (rebuilt.history.some((past) => past.dispatch === newest.dispatch)) return rebuilt;
  const run = titled.find(({ inputs }) => inputs.dispatch === newest.dispatch)?.run;
  const live = assumedLive(run?.createdAt ?? instant(snapshot.now), accountOf(newest.dispatch));
  return { ...rebuilt, ...dispatchNumbers(newest), live };
}

interface ReportedDispatch extends FoldRunInput {
  readonly issue: IssueView;
  readonly results: readonly ReportedResult[];
  readonly runs: readonly RunView[];
  readonly isNewest: boolean;
}

/** @returns The record with that dispatch in its history; undefined while nothing is proven of it. */
function withDispatch(record: TaskRecord, reported: ReportedDispatch): TaskRecord | undefined {
  const { issue, results, runs, snapshot, timings, status, evidence } = reported;
  const isOnBase = evidence?.landings(issue.number).some((landing) => landing.dispatch === record.dispatch) === true;
  const taken = isOnBase ? undefined : results.find((result) => wasTakenBack(result, reported));
  if (taken) return asLost(record, taken, snapshot);
  // What was taken back since is found to be lost once it is known to have landed.
  const known = knownLandings({ ...reported, record, mayBeProjected: status === 'completed' });
  const landings = known.map((landing) => ({ ...landing, inEffect: true }));
  const verdict = judgeResults({ record, results, runs, landings, timings, now: snapshot.now });
  const ended = instant(snapshot.now);
  switch (verdict.kind) {
    case 'silent':
    case 'pending':
      return undefined;
    case 'landed':
      return foldLanding(record, { ...verdict, ended, snapshot }).record;
    case 'reported': {
      // Whether its pull request was merged nobody asked for a broken record: what it left on the base tells.
      const landing = mergedReview(verdict.reported, landings);
      return landing
        ? foldLanding(record, { ...verdict, landing, ended, snapshot }).record
        : foldResult(record, { ...verdict, snapshot }).record;
    }
    default:
      return unreachable(verdict);
  }
}

/** The app told people that what it had seen land is lost, and nobody opened the issue since. */
function wasTakenBack({ result, comment }: ReportedResult, { issue, isNewest, snapshot }: ReportedDispatch): boolean {
  if (!isNewest || (result.outcome !== 'completed' && result.outcome !== 'in-review')) return false;
  // A closing by a run does not count while no record bears it out, and yet tells that nobody asked for the work again.
  const isLeft = issue.stateChanges.at(-1)?.to === 'completed';
  return isLeft && isLossTold(issue.number, { ...snapshot, since: comment.createdAt });
}

/** A result tells by which commit it landed, and any workflow may write one: only trailers of its own bring it back. */
function asLost(record: TaskRecord, reported: ReportedResult, snapshot: Snapshot): TaskRecord {
  const { dispatch, run } = reported.result;
  const at = instant(snapshot.now);
  const landing = { dispatch, run, checks: {} };
  const { record: landed } = foldLanding(record, { landing, reported, ended: at, snapshot });
  return { ...landed, lost: { at, how: 'gone' } };
}

function dispatchNumbers({
  attempt,
  slice,
  dispatch,
}: Omit<DispatchInputs, 'task'>): Pick<TaskRecord, 'attempt' | 'slice' | 'dispatch'> {
  return { attempt, slice, dispatch };
}

/** @param account What was reserved for it: its run is held to that. */
function assumedLive(sent: Instant, account: DispatchAccount | undefined): LiveDispatch {
  return { agent: UNKNOWN_SLOT, sent, sends: 1, ...(account && { account }) };
}
