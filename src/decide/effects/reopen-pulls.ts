import { activeWhere, type Tracked } from '../../state/active-tasks.ts';
import type { PullView } from '../../state/pull-view.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import type { TrackedIssues } from '../../state/tracked-issues.ts';
import { isOpenedByStranger } from '../fold/closed-pull.ts';
import type { Effect } from './effect.ts';
import { mayNotWrite, tellOfUndoing } from './undo.ts';

interface Reopening {
  /** As the bodies say. */
  readonly matched: Pick<TrackedIssues, 'tasks'>;
  readonly tracked: Tracked;
  readonly snapshot: Snapshot;
}

/** Opens and closes the pull requests of tasks again as people left them who may write, each time with one word about it. */
export function reopenPulls({ matched, tracked, snapshot }: Reopening): readonly Effect[] {
  const reviewed = activeWhere(tracked, ({ record }) => record.review !== undefined);
  return reviewed.flatMap(([id, { issue, record }]): readonly Effect[] => {
    const { review } = record;
    const before = matched.tasks.get(id)?.record.review;
    const pull = review && snapshot.pulls?.get(review.pull);
    if (pull && review.closed !== undefined && !review.withdrawn && isOpenedByStranger(pull, snapshot))
      return closeAgain(pull, issue.number);
    if (!pull || !review.reopened || review.reopened.at === before?.reopened?.at) return [];
    return reopenPull(pull, issue.number);
  });
}

/** @param issue Where people are told of it. */
export function reopenPull({ id, number, closedBy: by, closedAt: at }: PullView, issue: number): readonly Effect[] {
  const key = `reopen-pull:${number}`;
  const back: Effect = { kind: 'reopen-pull', key, number, id, reason: mayNotWrite(by) };
  // First said: once it is open again there is nothing to tell any more.
  return [tellOfUndoing({ issue, by, at, did: { kind: 'pull', pull: number } }, back), back];
}

/** @param issue Where people are told of it. */
export function closeAgain({ number, branch, reopened }: PullView, issue: number): readonly Effect[] {
  const { by, at } = reopened ?? { by: undefined, at: undefined };
  const back: Effect = { kind: 'close-pull', key: `close-pull:${branch}`, branch, reason: mayNotWrite(by) };
  return [tellOfUndoing({ issue, by, at, did: { kind: 'opened-pull', pull: number } }, back), back];
}
