import { readComment } from '../../state/command.ts';
import { type Derivations, groupRecordOf, taskRecordOf } from '../../state/derivations.ts';
import { isByApp } from '../../state/occasion.ts';
import { recordsOf } from '../../state/plan-identity.ts';
import type { Situation } from '../../state/situation.ts';
import { millis } from '../../state/snapshot.ts';
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
  const late = snapshot.comments.filter(
    (comment) => !comment.edited && !isByApp(comment, snapshot.app) && millis(comment.createdAt) > begun,
  );
  if (late.length === 0) return [];
  const others = otherPlans(new Set(late.map(({ issue }) => issue)), input);
  return late.flatMap(({ id, issue, author, body: said }): readonly Effect[] => {
    const of = others.get(issue);
    const isCommand = of !== undefined && readComment(said).commands.length > 0;
    if (!isCommand || !mayWrite(author, snapshot)) return [];
    const body = commandsCountElsewhere({ of, plan: plan.id, issue: current.number });
    return [{ kind: 'comment', key: `elsewhere:${id}`, issue, body, reason: `it is an issue of the plan ${of}` }];
  });
}

/** @returns Of these issues those of other plans, by number, with the id of the plan. */
function otherPlans(numbers: ReadonlySet<number>, { plan, snapshot, derivations }: Input): ReadonlyMap<number, string> {
  const isOurs = recordsOf(plan, { snapshot, derivations });
  const found = snapshot.issues.flatMap((issue) => {
    if (!numbers.has(issue.number) || !isTrustedBody(issue, snapshot)) return [];
    const record = groupRecordOf(issue, derivations) ?? taskRecordOf(issue, derivations);
    return !record || record.plan === '' || isOurs(record) ? [] : [[issue.number, record.plan] as const];
  });
  return new Map(found);
}
