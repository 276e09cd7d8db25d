import { readComment } from '../../state/command.ts';
import { type Derivations, groupRecordOf, taskRecordOf } from '../../state/derivations.ts';
import { recordsOf } from '../../state/plan-identity.ts';
import type { Situation } from '../../state/situation.ts';
import { type IssueView, millis } from '../../state/snapshot.ts';
import { isTrustedBody, mayWrite } from '../../state/trust.ts';
import { commandsCountElsewhere } from '../../text/command-answers.ts';
import type { Effect } from './effect.ts';

type Input = Pick<Situation, 'plan' | 'tracked' | 'snapshot'> & { readonly derivations: Derivations };

/**
 * Says where commands count that somebody wrote on an issue of another plan. What was written before this plan had an
 * issue was the other one's to answer. The answer itself remembers that it was given: it is in view as long as the comment.
 */
export function answerElsewhere(input: Input): readonly Effect[] {
  const { plan, tracked, snapshot } = input;
  const current = tracked.plan?.issue;
  if (!current) return [];
  const begun = millis(current.createdAt);
  const said = snapshot.comments.filter(({ author, body, createdAt, edited }) => {
    const counts = !edited && millis(createdAt) > begun && mayWrite(author, snapshot);
    return counts && author !== snapshot.app && readComment(body).commands.length > 0;
  });
  return said.flatMap(({ id, issue }): readonly Effect[] => {
    const of = otherPlanOf(
      snapshot.issues.find(({ number }) => number === issue),
      input,
    );
    if (of === undefined) return [];
    const body = commandsCountElsewhere({ of, plan: plan.id, issue: current.number });
    return [{ kind: 'comment', key: `elsewhere:${id}`, issue, body, reason: `it is an issue of the plan ${of}` }];
  });
}

function otherPlanOf(issue: IssueView | undefined, { plan, snapshot, derivations }: Input): string | undefined {
  if (!issue || !isTrustedBody(issue, snapshot)) return undefined;
  const record = groupRecordOf(issue, derivations) ?? taskRecordOf(issue, derivations);
  if (!record || record.plan === '' || recordsOf(plan, { snapshot, derivations })(record)) return undefined;
  return record.plan;
}
