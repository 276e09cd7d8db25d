import { readComment } from '../../state/command.ts';
import { type Derivations, groupRecordOf, taskRecordOf } from '../../state/derivations.ts';
import { isByApp } from '../../state/occasion.ts';
import { recordsOf } from '../../state/plan-identity.ts';
import type { GroupRecord, TaskRecord } from '../../state/record.ts';
import type { Situation } from '../../state/situation.ts';
import { millis } from '../../state/snapshot.ts';
import { isTrustedBody, mayWrite } from '../../state/trust.ts';
import { commandsCountElsewhere, commandsCountOn } from '../../text/command-answers.ts';
import type { Effect } from './effect.ts';

type Input = Pick<Situation, 'plan' | 'tracked' | 'snapshot'> & { readonly derivations: Derivations };

/**
 * Says where commands count that somebody wrote on an issue of another plan, or on a second issue for what has one. What
 * was written before this plan had an issue was the other one's to answer. The answer itself remembers that it was given:
 * it is in view as long as the comment.
 */
export function answerElsewhere(input: Input): readonly Effect[] {
  const { tracked, snapshot } = input;
  const current = tracked.plan?.issue;
  if (!current) return [];
  const begun = millis(current.createdAt);
  const late = snapshot.comments.filter(
    (comment) => !comment.edited && !isByApp(comment, snapshot.app) && millis(comment.createdAt) > begun,
  );
  if (late.length === 0) return [];
  const others = findElsewhere(new Set(late.map(({ issue }) => issue)), { ...input, current: current.number });
  return late.flatMap(({ id, issue, author, body: said }): readonly Effect[] => {
    const other = others.get(issue);
    const isCommand = other !== undefined && readComment(said).commands.length > 0;
    if (!isCommand || !mayWrite(author, snapshot)) return [];
    return [{ kind: 'comment', key: `elsewhere:${id}`, issue, ...other }];
  });
}

interface Elsewhere {
  readonly body: string;
  readonly reason: string;
}

/** @returns Of these issues those on which no command counts, by number, with what whoever writes one is told. */
function findElsewhere(
  numbers: ReadonlySet<number>,
  { plan, tracked, snapshot, derivations, current }: Input & { readonly current: number },
): ReadonlyMap<number, Elsewhere> {
  const isOurs = recordsOf(plan, { snapshot, derivations });
  const found = snapshot.issues.flatMap((issue): readonly (readonly [number, Elsewhere])[] => {
    if (!numbers.has(issue.number) || !isTrustedBody(issue, snapshot)) return [];
    const record = groupRecordOf(issue, derivations) ?? taskRecordOf(issue, derivations);
    if (!record || record.plan === '') return [];
    if (!isOurs(record)) {
      const body = commandsCountElsewhere({ of: record.plan, plan: plan.id, issue: current });
      return [[issue.number, { body, reason: `it is an issue of the plan ${record.plan}` }]];
    }
    const stands = standingFor(record, tracked);
    if (stands === undefined || stands === issue.number) return [];
    return [[issue.number, { body: commandsCountOn(stands), reason: `#${stands} stands for the same` }]];
  });
  return new Map(found);
}

/** The issue on which commands count for what a record is of. */
function standingFor(record: GroupRecord | TaskRecord, { plan, waves, tasks, removed }: Input['tracked']) {
  if ('task' in record) return (tasks.get(record.task) ?? removed.get(record.task))?.issue.number;
  return (record.wave === undefined ? plan : waves.get(record.wave))?.issue.number;
}
