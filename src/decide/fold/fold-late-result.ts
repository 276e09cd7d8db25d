import { type FoundLanding, failedWhereItLanded } from '../../state/evidence.ts';
import { dispatchTitle } from '../../state/names.ts';
import type { DispatchAccount, PastDispatch, TaskRecord } from '../../state/record.ts';
import type { Result } from '../../state/result.ts';
import { type IssueView, instant, type Snapshot } from '../../state/snapshot.ts';
import { foldResult } from './end-dispatch.ts';
import { foldLanding } from './fold-landing.ts';
import { knownLandings } from './known-landings.ts';
import { resultsOn } from './reported-results.ts';
import type { FoldedRun, FoldRunInput } from './run-finding.ts';

/**
 * A dispatch was over for us when its work had landed, or its pull request was open already: a person had said no, or its
 * other run had failed. What a run reports of that is true all the same, where the base bears it out. What it holds in
 * review after a no is withdrawn then.
 */
export function foldLateResult(
  { hold, ...record }: TaskRecord,
  { issue, snapshot, evidence }: Pick<FoldRunInput, 'snapshot' | 'evidence'> & { readonly issue: IssueView },
): FoldedRun | undefined {
  const last = record.history.at(-1);
  if (!last || last.outcome === 'completed' || record.done) return undefined;
  const { agent, sent, dispatch, account } = last;
  const results = resultsOn(issue.number, snapshot).filter(({ result }) => result.dispatch === dispatch);
  const own = results.filter(({ result }) => isRunOf(last, { result, snapshot }));
  const landings = knownLandings({ issue, record, results: own, evidence, snapshot });
  const landing = landings.find((each) => isOf(last, { landing: each, record }));
  const reported = results.find(({ result: { outcome, run } }) => {
    if (outcome === 'completed') return landing !== undefined && landing.run === run;
    return outcome === 'in-review' && last.outcome === 'cancelled' && own.some(({ result }) => result.run === run);
  });
  if (!reported) return undefined;
  const before = {
    ...record,
    history: record.history.slice(0, -1),
    live: { run: reported.result.run, agent, sent, sends: 1, ...(account && { account: withoutGuess(account) }) },
  };
  if (landing && reported.result.outcome === 'completed')
    return foldLanding(before, { landing, reported, ended: instant(snapshot.now), snapshot });
  const { record: over, found } = foldResult(before, { reported, snapshot });
  // What is in review is still to be held, and its pull request was closed with the no, wherever it is now.
  const review = over.review && { ...over.review, withdrawn: true, closed: instant(snapshot.now) };
  return { record: { ...over, review, ...(hold ? { hold } : {}) }, found };
}

/** What it counted for until now is what it was allowed, or as much as was told. */
function withoutGuess({ unknown, ...account }: DispatchAccount): DispatchAccount {
  return account;
}

interface Landed {
  readonly landing: FoundLanding;
  readonly record: Omit<TaskRecord, 'hold'>;
}

function isOf({ dispatch }: PastDispatch, { landing, record }: Landed): boolean {
  const counts = dispatch > (record.obsolete ?? 0);
  return counts && landing.dispatch === dispatch && !failedWhereItLanded(record, landing);
}

function isRunOf(
  last: PastDispatch,
  { result: { run, task, issue }, snapshot }: { readonly result: Result; readonly snapshot: Snapshot },
): boolean {
  const title = dispatchTitle({ ...last, task, issue });
  return run === last.run || snapshot.runs.some((each) => each.id === run && each.title === title);
}
