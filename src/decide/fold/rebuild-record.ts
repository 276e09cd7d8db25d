import { type DispatchInputs, parseDispatchTitle } from '../../state/names.ts';
import type { LiveDispatch, TaskRecord } from '../../state/record.ts';
import { type Instant, instant, type Snapshot } from '../../state/snapshot.ts';
import type { TrackedIssue } from '../../state/tracked-issues.ts';
import { foldResult } from './end-dispatch.ts';
import { isOurRun, oldestFirst, resultsOn } from './reported-results.ts';

/** Remakes a record that a person broke, from the comments and runs of its issue: numbers never fall. */
export function rebuildRecord({ issue, record }: TrackedIssue<TaskRecord>, snapshot: Snapshot): TaskRecord {
  const titled = oldestFirst(snapshot.runs).flatMap((run) => {
    const inputs = parseDispatchTitle(run.title);
    return inputs?.issue === issue.number && isOurRun(run, snapshot) ? [{ inputs, run }] : [];
  });
  const results = resultsOn(issue.number, snapshot);
  const dispatches = [...results.map(({ result }) => result), ...titled.map(({ inputs }) => inputs)];
  if (dispatches.length === 0) return record;

  const newest = dispatches.reduce((a, b) => (b.dispatch > a.dispatch ? b : a));
  // The record no longer names a run: only runs that are listed under the dispatch prove a result.
  const proven = results
    .filter(({ result }) =>
      titled.some(({ inputs, run }) => run.id === result.run && inputs.dispatch === result.dispatch),
    )
    .sort((a, b) => a.result.dispatch - b.result.dispatch);
  let rebuilt = record;
  for (const reported of proven) {
    const live = assumedLive(reported.comment.createdAt);
    rebuilt = foldResult({ ...rebuilt, ...dispatchNumbers(reported.result), live }, { reported, snapshot }).record;
  }
  // Of what the body still tells of, nothing is seen: the next one is numbered above it.
  if (newest.dispatch < record.dispatch) return { ...rebuilt, live: undefined, dispatch: record.dispatch };
  if (rebuilt.history.some((past) => past.dispatch === newest.dispatch)) return rebuilt;
  const run = titled.find(({ inputs }) => inputs.dispatch === newest.dispatch)?.run;
  return { ...rebuilt, ...dispatchNumbers(newest), live: assumedLive(run?.createdAt ?? instant(snapshot.now)) };
}

function dispatchNumbers({
  attempt,
  slice,
  dispatch,
}: Omit<DispatchInputs, 'task'>): Pick<TaskRecord, 'attempt' | 'slice' | 'dispatch'> {
  return { attempt, slice, dispatch };
}

/** The slot that a lost record named is unknown; any number above the slots is nobody's. */
function assumedLive(sent: Instant): LiveDispatch {
  return { agent: 'A0', sent, sends: 1 };
}
