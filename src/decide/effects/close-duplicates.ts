import { type Derivations, taskRecordOf } from '../../state/derivations.ts';
import { parseDispatchTitle } from '../../state/names.ts';
import { highestDispatchIn } from '../../state/record-form.ts';
import type { IssueView, Snapshot } from '../../state/snapshot.ts';
import type { TrackedIssues } from '../../state/tracked-issues.ts';
import { isOurRun } from '../fold/reported-results.ts';
import type { Effect } from './effect.ts';
import { endRuns } from './refuse-runs.ts';
import { takeOffLabels } from './sync-labels.ts';

interface Duplicates {
  readonly tracked: Pick<TrackedIssues, 'duplicates' | 'tasks'>;
  readonly snapshot: Snapshot;
  readonly derivations: Derivations;
}

/** Of several issues for the same one stands. What still runs for another ends: it would land the task a second time. */
export function closeDuplicates(input: Duplicates): readonly Effect[] {
  return input.tracked.duplicates.flatMap(({ issue, of }): readonly Effect[] => [
    ...endOutstanding(issue, input),
    ...takeOffLabels(issue, `#${of} stands for its task`),
    {
      kind: 'close-issue',
      key: `duplicate:${issue.number}`,
      issue: issue.number,
      as: { duplicateOf: of },
      reason: `#${of} stands for the same already`,
    },
  ]);
}

/** A record may be broken, or a copy of another's, which names another's run: what a run works for its title tells. */
function endOutstanding(issue: IssueView, { tracked, snapshot, derivations }: Duplicates): readonly Effect[] {
  const { number } = issue;
  const record = taskRecordOf(issue, derivations);
  const titled = snapshot.runs.flatMap((run) => {
    const inputs = parseDispatchTitle(run.title);
    return inputs?.issue === number && isOurRun(run, snapshot) ? [{ inputs, run }] : [];
  });
  const open = titled.flatMap(({ run: { id, ended } }) => (ended ? [] : [id]));
  const isOutstanding = record ? record.live !== undefined || open.length > 0 : true;
  const dispatch = Math.max(
    record?.dispatch ?? highestDispatchIn(issue),
    ...titled.map(({ inputs }) => inputs.dispatch),
  );
  if (!isOutstanding || dispatch === 0) return [];
  const announced = record?.live?.run;
  const isElsewhere =
    snapshot.runs.some(({ id }) => id === announced) ||
    [...tracked.tasks.values()].some((one) => one.record.live?.run === announced);
  const runs = announced === undefined || isElsewhere ? open : [announced, ...open];
  return endRuns({ issue: number, dispatch, runs, byPerson: false });
}
