import { slug } from '../plan/identity.ts';
import type { Plan } from '../plan/plan.ts';
import { groupRecordOf, type IssueRecords } from './issue-records.ts';
import { LABEL } from './names.ts';
import type { GroupRecord, TaskRecord } from './record.ts';
import type { IssueView, Snapshot } from './snapshot.ts';
import { mayWrite } from './trust.ts';

/** Whose plan an issue is: ids of tasks are the same in many plans. */

export interface PlanIssue {
  readonly issue: IssueView;
  readonly record: GroupRecord;
}

interface Source {
  readonly snapshot: Snapshot;
  readonly derivations: IssueRecords;
}

/** The plan under the id that it goes by: where the file names none, the one that the open plan issue records. */
export function identifyPlan(plan: Plan, source: Source): Plan {
  if (!plan.idFromName) return plan;
  const recorded = planIssues(source).find(({ issue, record }) => issue.open && record.named === undefined);
  return recorded && recorded.record.plan !== plan.id ? { ...plan, id: recorded.record.plan } : plan;
}

/** Plan issues whose records can be read and trusted, in order of number. */
function planIssues({ snapshot, derivations }: Source): readonly PlanIssue[] {
  return snapshot.issues.flatMap((issue) => {
    if (isLabelledOtherwise(issue) || !isTrustedGroup(issue, snapshot)) return [];
    const record = groupRecordOf(issue, derivations);
    return record && record.wave === undefined ? [{ issue, record }] : [];
  });
}

function isLabelledOtherwise({ labels }: IssueView): boolean {
  return labels.includes(LABEL.task) || labels.includes(LABEL.wave);
}

/** Whether an issue may stand for a plan or a wave, and its record counts: nobody wrote it who may not. */
export function isTrustedGroup({ author, writer }: IssueView, snapshot: Snapshot): boolean {
  return writer === snapshot.app || (mayWrite(author, snapshot) && mayWrite(writer, snapshot));
}

/**
 * Tells the records of a plan from those of others. One from before plans had ids belongs to the first plan that is
 * read, unless its own plan, by its name, is over and was another one.
 */
export function recordsOf(
  plan: Pick<Plan, 'id' | 'name'>,
  source: Source,
): (record: GroupRecord | TaskRecord) => boolean {
  const over = new Set<string>();
  for (const { issue, record } of planIssues(source))
    if (
      !issue.open &&
      record.plan !== '' &&
      record.named !== undefined &&
      ![plan.id, slug(plan.name)].includes(record.plan)
    )
      over.add(record.plan);
  return ({ plan: id, named }) => (named === undefined ? id === plan.id : !over.has(id));
}
