import type { TaskId } from '../../plan/plan.ts';
import { activeWhere } from '../../state/active-tasks.ts';
import { versionOf } from '../../state/occasion.ts';
import type { TaskRecord } from '../../state/record.ts';
import { millis } from '../../state/snapshot.ts';
import type { TrackedIssue, TrackedIssues } from '../../state/tracked-issues.ts';
import { goneQuestion, removedComment } from '../../text/removal.ts';
import type { Effect } from './effect.ts';
import { takeOffLabels } from './sync-labels.ts';

interface Removal {
  /** As the bodies say. */
  readonly matched: TrackedIssues;
  /** As it is to be. */
  readonly tracked: TrackedIssues;
}

/** The issues of tasks that the plan no longer has follow it, and those of tasks that it has again. */
export function removeTasks({ matched, tracked }: Removal): readonly Effect[] {
  const gone = [...tracked.removed].flatMap(([id, one]) => [
    ...(one.record.live ? [] : takeOffLabels(one.issue, 'the plan no longer has the task')),
    ...closeRemoved(id, { one, before: matched.removed.get(id)?.record }),
  ]);
  const putBack = activeWhere(tracked, ({ record }) => record.removed !== undefined);
  return [...gone, ...putBack.flatMap(([, one]) => reopenPutBack(one))];
}

/** Asks on the plan issue whether so many tasks are to go; again where more went meanwhile. */
export function askAboutRemoval({ matched, tracked }: Removal): readonly Effect[] {
  const { plan } = tracked;
  const gone = plan?.record.gone;
  if (!plan || !gone || gone.at === matched.plan?.record.gone?.at) return [];
  const ids = [...tracked.removed].flatMap(([id, { issue, record }]) =>
    issue.open && !record.done && !record.removed ? [id] : [],
  );
  const { number } = plan.issue;
  const [key, occasion] = [`gone:${number}:${gone.at}`, `gone:${versionOf(plan.issue)}`];
  const reason = `${gone.count} tasks are gone from the plan at once`;
  return [{ kind: 'comment', key, occasion, issue: number, body: goneQuestion(ids), reason }];
}

/** Once: a person who opens it again has a reason. */
function closeRemoved(
  id: TaskId,
  {
    one: { issue, record },
    before,
  }: { readonly one: TrackedIssue<TaskRecord>; readonly before: TaskRecord | undefined },
): readonly Effect[] {
  const { removed } = record;
  const { number: issueNumber, open, reopenedAt } = issue;
  if (removed === undefined || !open) return [];
  if (reopenedAt !== undefined && millis(reopenedAt) >= millis(removed)) return [];
  const reason = `the plan no longer has ${id}`;
  const [key, occasion] = [`removed:${issueNumber}`, `removed:${versionOf(issue)}`];
  const said: readonly Effect[] =
    before?.removed === undefined
      ? [{ kind: 'comment', key, occasion, issue: issueNumber, body: removedComment(id), reason }]
      : [];
  return [...said, { kind: 'close-issue', key: `close:${issueNumber}`, issue: issueNumber, as: 'not_planned', reason }];
}

/** What a person closed stays closed. */
function reopenPutBack({ issue, record }: TrackedIssue<TaskRecord>): readonly Effect[] {
  if (record.removed === undefined || issue.open) return [];
  const key = `reopen:${issue.number}`;
  return [{ kind: 'reopen-issue', key, issue: issue.number, reason: 'the plan has its task again' }];
}
