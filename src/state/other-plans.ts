import { type IssueRecords, taskRecordOf } from './issue-records.ts';
import { LABEL } from './names.ts';
import { isTrustedGroup } from './plan-identity.ts';
import type { GroupRecord, TaskRecord } from './record.ts';
import type { IssueView, Snapshot } from './snapshot.ts';

/** Whose the issues of plans and waves are of which no record tells. */

interface Untold {
  readonly snapshot: Snapshot;
  readonly derivations: IssueRecords;
  readonly isOfPlan: (record: GroupRecord | TaskRecord) => boolean;
  /** Issues of plans and waves of which no record tells. */
  readonly broken: readonly IssueView[];
  /** Other plans by the issues that their waves lie under. */
  readonly overWaves: ReadonlyMap<number, string>;
}

/** @returns The ids of other plans, by those of these issues that waves or tasks of theirs lie under. */
export function ofOtherPlans({ broken, overWaves, ...recorded }: Untold): ReadonlyMap<IssueView, string> {
  const found = new Map<IssueView, string>();
  if (broken.length === 0) return found;
  const above = new Map(overWaves);
  const isPlan = ({ labels }: IssueView) => labels.includes(LABEL.plan);
  const overTasks = plansOverTasks(recorded);
  for (const issue of broken) {
    const id = isPlan(issue) ? undefined : overTasks.get(issue.number);
    if (id === undefined) continue;
    found.set(issue, id);
    if (issue.parent !== undefined) above.set(issue.parent, id);
  }
  for (const issue of broken) {
    const id = isPlan(issue) ? above.get(issue.number) : undefined;
    if (id !== undefined) found.set(issue, id);
  }
  return found;
}

/** Other plans by the issues that tasks of theirs lie under, and none of this one. */
function plansOverTasks({
  snapshot,
  derivations,
  isOfPlan,
}: Pick<Untold, 'snapshot' | 'derivations' | 'isOfPlan'>): ReadonlyMap<number, string> {
  const plans = new Map<number, string>();
  const own = new Set<number>();
  for (const issue of snapshot.issues) {
    const record = isTrustedGroup(issue, snapshot) ? taskRecordOf(issue, derivations) : undefined;
    if (!record || issue.parent === undefined) continue;
    if (isOfPlan(record)) own.add(issue.parent);
    else plans.set(issue.parent, record.plan);
  }
  for (const parent of own) plans.delete(parent);
  return plans;
}
