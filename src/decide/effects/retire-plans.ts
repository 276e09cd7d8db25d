import { withRecordPart } from '../../state/record-form.ts';
import type { Situation } from '../../state/situation.ts';
import { replacedPlanBody } from '../../text/group-body.ts';
import { bodyKey, isSameBody } from './body-currency.ts';
import type { Effect } from './effect.ts';

/**
 * The issue of a plan that another one has replaced would go on saying what it said last: that nothing starts before
 * somebody decides, for instance. Of several plans after it the first one counts.
 */
export function retirePlans({
  plan,
  tracked,
  snapshot,
}: Pick<Situation, 'plan' | 'tracked' | 'snapshot'>): readonly Effect[] {
  if (!tracked.plan) return [];
  const current = { by: plan.id, issue: tracked.plan.issue.number };
  return tracked.replaced.flatMap(({ issue, record, tasks, completed }): readonly Effect[] => {
    // Where it is opened again it is asked once more what is to be.
    const { question, replaced = current, ...rest } = record;
    const part = replacedPlanBody({ record: { ...rest, replaced }, tasks, completed });
    if (isSameBody(issue.body, part)) return [];
    const body = withRecordPart(issue.body, { part, isOurs: issue.writer === snapshot.app });
    const reason = `${plan.id} has taken its place`;
    return [{ kind: 'write-body', key: bodyKey(issue.number), issue: issue.number, body, reason }];
  });
}
