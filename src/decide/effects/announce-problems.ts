import type { FileProblem } from '../../plan/plan.ts';
import type { Derivations } from '../../state/derivations.ts';
import { groupRecordOf } from '../../state/derivations.ts';
import { LABEL } from '../../state/names.ts';
import { type GroupRecord, newGroupRecord } from '../../state/record.ts';
import { withRecordPart } from '../../state/record-form.ts';
import type { Situation } from '../../state/situation.ts';
import type { IssueView } from '../../state/snapshot.ts';
import { findPlanIssue } from '../../state/tracked-issues.ts';
import { brokenPlanBody } from '../../text/group-body.ts';
import { bodyKey, isSameBody } from './body-currency.ts';
import { createLabels } from './create-issues.ts';
import type { Effect } from './effect.ts';

interface Announcing extends Situation {
  readonly problems: readonly FileProblem[];
  readonly derivations: Derivations;
  /** The issue to say it on; absent: the plan issue, unless it is over, or one that is made. */
  readonly on?: IssueView;
}

export interface Announced {
  readonly effects: readonly Effect[];
  /** The issue whose body says it, where there is one. */
  readonly issue: number | undefined;
  /** There is more to do at once. */
  readonly again: boolean;
}

/**
 * Says what is wrong on the open plan issue, or on one that is made for it: it becomes the plan's when the plan can be
 * read. The body is the list as it is now, so that it is never said twice.
 */
export function announceProblems(input: Announcing): Announced {
  const { snapshot, tracked, problems, derivations } = input;
  const issue = input.on ?? findPlanIssue(snapshot);
  const isThere =
    issue && (issue.open || input.on || isAnnouncement(issue, derivations) || isLeftUnfinished(issue, input));
  if (!isThere) {
    if (isOnlyGone(input)) return { effects: [], issue: undefined, again: false };
    const labels = createLabels(input);
    return { effects: labels.length > 0 ? labels : [announcement(input)], issue: undefined, again: true };
  }
  const own = tracked.plan?.issue.number === issue.number ? tracked.plan.record : groupRecordOf(issue, derivations);
  const part = brokenPlanBody(own ?? ofNoPlan(), { problems, isQuestion: input.on !== undefined });
  if (isSameBody(issue.body, part)) return { effects: [], issue: issue.number, again: false };
  const { number } = issue;
  const body = withRecordPart(issue.body, { part, isOurs: issue.writer === snapshot.app });
  const write = { kind: 'write-body', key: bodyKey(number), issue: number, body, reason: REASON } as const;
  // What else happened to one that no record told of is seen once there is one.
  return { effects: [write], issue: number, again: own === undefined };
}

/** A person closed it while there was something to do: of this plan there is one issue, whatever it is read as. */
function isLeftUnfinished({ number, closedBy }: IssueView, { tracked, tasks, snapshot }: Announcing): boolean {
  const isOwn = tracked.plan?.issue.number === number && closedBy !== snapshot.app;
  return isOwn && tasks.some(({ satisfied }) => !satisfied);
}

/** It was made to say so, for no plan yet: whoever closes it has read it, and wants no second one. */
export function isAnnouncement(issue: IssueView, derivations: Derivations): boolean {
  return groupRecordOf(issue, derivations)?.plan === '';
}

/** Whoever takes the plan out of the repository once it is done, or has none yet, knows so. */
function isOnlyGone({ snapshot, config, problems }: Announcing): boolean {
  return snapshot.files.plan === undefined && problems.every(({ file }) => file === config.plan);
}

const REASON = 'plan or configuration cannot be read';

/** It becomes the record of the first plan that can be read. */
function ofNoPlan(): GroupRecord {
  return { ...newGroupRecord(''), named: '' };
}

function announcement({ plan, problems }: Announcing): Effect {
  return {
    kind: 'create-issue',
    key: 'issue:plan',
    title: plan.name === '' ? 'Plan' : `Plan: ${plan.name}`,
    body: brokenPlanBody(ofNoPlan(), { problems, isQuestion: false }),
    labels: [LABEL.plan],
    parent: undefined,
    reason: REASON,
  };
}
