import type { Config } from '../../plan/config.ts';
import type { Graph } from '../../plan/graph.ts';
import type { Plan, TaskId } from '../../plan/plan.ts';
import { lostSpending } from '../../state/kept-accounts.ts';
import type { TaskRecord } from '../../state/record.ts';
import { addSpent } from '../../state/spent-sums.ts';
import type { TrackedIssue, TrackedIssues } from '../../state/tracked-issues.ts';

interface Restoring {
  readonly plan: Plan;
  readonly graph: Graph;
  readonly config: Config;
  /** As the bodies say. */
  readonly matched: TrackedIssues;
  /** With what happened folded in: broken records are made anew. */
  readonly folded: TrackedIssues;
}

/** What broken records spent and tell no more enters the first of them again, as the plan's record kept it. */
export function restoreAccounts({ matched, folded, ...given }: Restoring): TrackedIssues {
  const { accounts: kept } = matched.plan?.record ?? {};
  if (!kept) return folded;
  const lost = lostSpending({
    before: { ...given, tracked: matched },
    after: { ...given, tracked: folded },
    kept,
  });
  if (lost.length === 0) return folded;
  const restored = (all: TrackedIssues['tasks']): TrackedIssues['tasks'] | undefined => {
    const broken = [...all].filter(([, one]) => !one.intact);
    const [first] = broken.toSorted(([, a], [, b]) => a.issue.number - b.issue.number);
    return first && new Map([...all, [first[0], withSpent(first[1], lost)] satisfies [TaskId, unknown]]);
  };
  const tasks = restored(folded.tasks);
  return tasks ? { ...folded, tasks } : { ...folded, removed: restored(folded.removed) ?? folded.removed };
}

function withSpent(
  one: TrackedIssue<TaskRecord>,
  lost: NonNullable<TaskRecord['spentBefore']>,
): TrackedIssue<TaskRecord> {
  const spentBefore = lost.reduce(addSpent, one.record.spentBefore ?? []);
  return { ...one, record: { ...one.record, spentBefore } };
}
