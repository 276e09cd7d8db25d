import type { GroupRecord, TaskRecord } from '../../state/record.ts';
import { isClosedAsDone, isRefused } from '../../state/refused.ts';
import type { IssueView, Snapshot } from '../../state/snapshot.ts';
import type { TrackedIssue } from '../../state/tracked-issues.ts';
import type { Refusal } from './refuse-dispatch.ts';

interface Standing {
  readonly issue: IssueView;
  readonly record: TaskRecord;
  /** The issues of its wave and its plan, where there are any. */
  readonly groups: readonly (TrackedIssue<GroupRecord> | undefined)[];
}

/**
 * The no that stands for a task now, by whichever way a person said it; undefined where none does. It is a level: while
 * it stands nothing of the task may land, and it is over once the person takes it back.
 */
export function standingRefusal({ issue, record, groups }: Standing, snapshot: Snapshot): Refusal | undefined {
  if (record.removed) return { kind: 'removed' };
  if (record.skipped) return { kind: 'skipped' };
  if (isRefused(issue, snapshot)) return { kind: 'closed', as: 'not_planned' };
  const group = groups.find((each) => each !== undefined && isRefused(each.issue, snapshot));
  if (group) return { kind: 'group-closed', issue: group.issue.number };
  return record.hold && asRefusal(record.hold.cause);
}

/** A person says that it is done, on its issue or in the plan: whatever still works on it works for nobody. */
export function statedAsDone(
  { issue, record }: Pick<Standing, 'issue' | 'record'>,
  snapshot: Snapshot,
): Refusal | undefined {
  if (record.listed) return { kind: 'listed' };
  return isClosedAsDone(issue, snapshot) ? { kind: 'closed', as: 'completed' } : undefined;
}

function asRefusal(cause: NonNullable<TaskRecord['hold']>['cause']): Refusal | undefined {
  return cause.kind === 'cancelled' || cause.kind === 'run-cancelled' ? cause : undefined;
}
