import { dispatchTitle } from '../../state/names.ts';
import type { TaskRecord } from '../../state/record.ts';
import { instant } from '../../state/snapshot.ts';
import { foldResult } from './end-dispatch.ts';
import { foldLanding } from './fold-landing.ts';
import { resultsOn } from './reported-results.ts';
import type { FoldedRun, FoldRunInput } from './run-finding.ts';

/**
 * A person said no when the work had landed, or its pull request was open already: what its run reports of that is true
 * all the same, where the base bears it out. What it holds in review is withdrawn then.
 */
export function foldLateResult(
  { hold, ...record }: TaskRecord,
  { issue, snapshot, evidence }: Pick<FoldRunInput, 'snapshot' | 'evidence'> & { readonly issue: number },
): FoldedRun | undefined {
  const last = record.history.at(-1);
  if (last?.outcome !== 'cancelled' || record.done) return undefined;
  const { agent, sent, dispatch, run } = last;
  const title = dispatchTitle({ ...last, task: record.task, issue });
  const isOwn = (id: number | undefined) =>
    id !== undefined && (id === run || snapshot.runs.some((each) => each.id === id && each.title === title));
  const landing = evidence
    ?.landings(issue)
    .find(
      (each) => each.inEffect && each.dispatch === dispatch && dispatch > (record.obsolete ?? 0) && isOwn(each.run),
    );
  const reported = resultsOn(issue, snapshot).find(
    ({ result }) =>
      result.dispatch === dispatch &&
      isOwn(result.run) &&
      (result.outcome === 'completed' ? landing !== undefined : result.outcome === 'in-review'),
  );
  if (!reported) return undefined;
  const before = {
    ...record,
    history: record.history.slice(0, -1),
    live: { agent, sent, sends: 1, run: reported.result.run },
  };
  if (landing && reported.result.outcome === 'completed')
    return foldLanding(before, { landing, reported, ended: instant(snapshot.now), since: snapshot.base?.since });
  const { record: over, found } = foldResult(before, { reported, snapshot });
  // What is in review is still to be held, and its pull request was closed with the no, wherever it is now.
  const review = over.review && { ...over.review, withdrawn: true, closed: instant(snapshot.now) };
  return { record: { ...over, review, ...(hold ? { hold } : {}) }, found };
}
