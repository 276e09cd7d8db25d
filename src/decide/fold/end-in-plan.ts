import type { TaskRecord } from '../../state/record.ts';
import { endOf } from '../../state/rules.ts';
import type { IssueView } from '../../state/snapshot.ts';
import type { TaskState } from '../../state/task-view.ts';

interface Ended {
  readonly issue: Pick<IssueView, 'open' | 'closedAs'>;
  readonly record: TaskRecord;
}

/**
 * How a task that the plan has came to its end, as people mean it who speak of it; undefined where there is something left
 * to do. What was closed because the plan had lost it is about to be opened: it has not ended.
 */
export function endInPlan({ issue, record }: Ended): TaskState | undefined {
  return endOf({ issue: record.removed === undefined ? issue : undefined, record });
}
