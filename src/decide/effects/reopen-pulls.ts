import type { PullView } from '../../state/pull-view.ts';
import type { TaskRecord } from '../../state/record.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import type { TrackedIssue, TrackedIssues } from '../../state/tracked-issues.ts';
import { undone } from '../../text/undone.ts';
import type { Effect } from './effect.ts';

interface Reopening {
  /** As the bodies say. */
  readonly matched: Pick<TrackedIssues, 'tasks'>;
  readonly tasks: ReadonlyMap<string, TrackedIssue<TaskRecord>>;
  readonly snapshot: Snapshot;
}

/** Opens the pull requests of tasks again that somebody closed who may not write, each time with one word about it. */
export function reopenPulls({ matched, tasks, snapshot }: Reopening): readonly Effect[] {
  const before = new Map(
    [...matched.tasks.values()].map(({ issue, record }) => [issue.number, record.review?.reopened]),
  );
  return [...tasks.values()].flatMap(({ issue, record: { review } }): readonly Effect[] => {
    const pull = review && snapshot.pulls?.get(review.pull);
    if (!pull || !review.reopened || review.reopened.at === before.get(issue.number)?.at) return [];
    return reopenPull(pull, issue.number);
  });
}

/** @param issue Where people are told of it. */
export function reopenPull({ id, number, closedBy: by, closedAt }: PullView, issue: number): readonly Effect[] {
  const reason = `${by ?? 'somebody'} may not write to the repository`;
  const key = `reopen-pull:${number}`;
  const body = undone({ by, did: { kind: 'pull', pull: number } });
  const occasion = `undone:${key}:${closedAt}`;
  // First said: once it is open again there is nothing to tell any more.
  return [
    { kind: 'comment', key: `undone:${key}`, occasion, issue, body, reason },
    { kind: 'reopen-pull', key, number, id, reason },
  ];
}
