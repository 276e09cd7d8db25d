import { LABEL } from '../../state/names.ts';
import { readTaskRecord } from '../../state/record.ts';
import type { IssueView, Snapshot } from '../../state/snapshot.ts';
import type { TrackedIssues } from '../../state/tracked-issues.ts';
import type { Effect } from './effect.ts';
import { endRuns } from './refuse-runs.ts';

interface Duplicates {
  readonly tracked: Pick<TrackedIssues, 'duplicates'>;
  readonly snapshot: Snapshot;
}

/** Of several issues for the same one stands. What still runs for another ends: it would land the task a second time. */
export function closeDuplicates({ tracked: { duplicates }, snapshot }: Duplicates): readonly Effect[] {
  return duplicates.flatMap(({ issue, of }): readonly Effect[] => [
    ...endOutstanding(issue, snapshot),
    {
      kind: 'close-issue',
      key: `duplicate:${issue.number}`,
      issue: issue.number,
      as: { duplicateOf: of },
      reason: `#${of} stands for the same already`,
    },
  ]);
}

function endOutstanding({ number, body, labels }: IssueView, { runs }: Snapshot): readonly Effect[] {
  const record = readTaskRecord(body);
  if (!record?.live) return [];
  const { dispatch, live } = record;
  const isOver = runs.some(({ id, ended }) => id === live.run && ended);
  const open = live.run === undefined || isOver ? [] : [live.run];
  const label = LABEL.running;
  const reason = 'another issue stands for its task';
  return [
    ...endRuns({ issue: number, dispatch, runs: open, byPerson: false }),
    ...(labels.includes(label)
      ? [{ kind: 'remove-labels' as const, key: `unlabel:${number}:${label}`, issue: number, labels: [label], reason }]
      : []),
  ];
}
