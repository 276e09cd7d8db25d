import type { Task } from '../plan/plan.ts';
import { continues } from './attempts.ts';
import { blockerName } from './blockers.ts';
import { describeShort, type LimitUse } from './budget-limits.ts';
import { type Deferral, onceOtherHasEnded, waitsForOther } from './deferral.ts';
import { dependencyText } from './dependency-text.ts';
import { retryAt } from './failures.ts';
import { isChangedSinceDone } from './fingerprint.ts';
import type { ProviderLimit } from './limits.ts';
import { acceptanceOf, describeLoss, isLost } from './lost.ts';
import { inline, prose } from './markdown.ts';
import { type MissingSetup, needsPerson, why } from './needs-person.ts';
import type { TaskRecord } from './record.ts';
import { type Blocker, type IssueView, instant, millis } from './snapshot.ts';
import type { TaskState, TaskView } from './task-view.ts';
import type { Timings } from './timings.ts';

/** What the rules look at, for one task. */
export interface Facts extends Deferral {
  readonly task: Task;
  readonly issue: IssueView | undefined;
  readonly record: TaskRecord;
  readonly ceiling: number;
  readonly timings: Timings;
  readonly now: number;
  readonly held: string | undefined;
  /** Dependencies that are not satisfied. */
  readonly missing: readonly TaskView[];
  /** Open blockers that people put on the issue. */
  readonly foreign: readonly Blocker[];
  /** What a run missed is as it was: see `dependencyFingerprint`. */
  readonly unchanged: boolean;
  /** The limit or outage of a model provider that the task would meet. */
  readonly limit: ({ readonly of: string } & ProviderLimit) | undefined;
  /** What its run would find missing, and who is asked for it. */
  readonly missingSetup: MissingSetup | undefined;
  /** The limit of the budget that it would not keep. */
  readonly short: LimitUse | undefined;
}

export interface Classified {
  readonly state: TaskState;
  readonly reason: string;
  /** When it ends by itself (epoch milliseconds). */
  readonly until?: number;
}

type Rule<F = Facts> = (facts: F) => Classified | undefined;

/** What the rules look at that find a task over. */
export interface EndFacts {
  readonly issue: Pick<IssueView, 'open' | 'closedAs'> | undefined;
  readonly record: Pick<TaskRecord, 'done' | 'listed' | 'skipped' | 'lost' | 'accepted'>;
}

/** What is told by the issue and its record alone. */
const ENDS: readonly Rule<EndFacts>[] = [lost, completed, skipped];

const RULES: readonly Rule[] = [
  ...ENDS,
  running,
  inReview,
  needsHuman,
  held,
  blocked,
  waiting,
  lacking,
  retrying,
  limited,
  outOfBudget,
  goingOn,
];

/** An ordered table of which the first rule that matches wins. */
export function firstRule(facts: Facts): Classified {
  for (const rule of RULES) {
    const verdict = rule(facts);
    if (verdict) return verdict.state === 'completed' ? sinceThen(verdict, facts) : verdict;
  }
  const next = facts.issue ? 'waits for a free slot' : 'its issue is created next';
  return { state: 'ready', reason: waitsForOther(facts) ?? next };
}

/** What was asked for may be another thing by now: nothing is done again unasked. */
function sinceThen(verdict: Classified, { record, task }: Facts): Classified {
  if (!isChangedSinceDone(record, task)) return verdict;
  return { ...verdict, reason: `${verdict.reason}; changed since it was done: \`/retry\` runs it again` };
}

/** The state of a task that is over, or was left out; undefined where there is something left to do. */
export function endOf(facts: EndFacts): TaskState | undefined {
  for (const rule of ENDS) {
    const verdict = rule(facts);
    if (verdict) return verdict.state;
  }
  return undefined;
}

function lost({ record }: EndFacts): Classified | undefined {
  if (record.skipped || !isLost(record)) return undefined;
  return {
    state: 'lost',
    reason: `${describeLoss(record)}; comment \`/retry\` to do it again, or \`/accept\` to leave it as completed`,
  };
}

function completed({ issue, record }: EndFacts): Classified | undefined {
  const acceptance = acceptanceOf(record);
  if (acceptance)
    return { state: 'completed', reason: `${describeLoss(record)}; accepted by ${inline(acceptance.by)}` };
  if (record.lost?.stated === 'completed')
    return { state: 'completed', reason: `${describeLoss(record)}; listed as completed in the plan since` };
  if (issue?.closedAs === 'completed')
    return {
      state: 'completed',
      reason: record.done && !record.done.pull ? 'verified and closed' : howItEnded(record),
    };
  if (record.done && record.skipped)
    return { state: 'completed', reason: `${howItEnded(record)}; it had landed before \`/skip\`` };
  if (issue?.open && record.done)
    return { state: 'completed', reason: `${howItEnded(record)}; its issue is about to be closed` };
  return record.listed ? { state: 'completed', reason: howItEnded(record) } : undefined;
}

/** In what way a completed task came to be so. */
export function howItEnded({ done, listed }: EndFacts['record']): string {
  if (!done) return listed ? 'listed as completed in the plan, not verified' : 'closed by hand, not verified';
  if (done.unverified) return `merged in #${done.pull} with changes that nobody verified`;
  return done.pull === undefined ? 'verified' : `verified and merged in #${done.pull}`;
}

function skipped({ issue, record }: EndFacts): Classified | undefined {
  if (record.skipped) return { state: 'skipped', reason: 'left out by `/skip`; dependents go on without it' };
  if (issue && !issue.open && record.done)
    return {
      state: 'skipped',
      reason: `closed as not planned, after it had landed${record.done.commit === undefined ? '' : ` as ${record.done.commit.slice(0, 10)}`}; comment \`/skip\` to let dependents go on`,
    };
  if (issue && !issue.open)
    return { state: 'skipped', reason: 'closed as not planned; comment `/skip` to let dependents go on' };
  return undefined;
}

function running({ record }: Facts): Classified | undefined {
  if (!record.live) return undefined;
  const { agent, sent } = record.live;
  const slice = record.slice > 1 ? `, part ${record.slice}` : '';
  return { state: 'running', reason: `running on ${agent} since ${clock(sent)}, attempt ${record.attempt}${slice}` };
}

function inReview({ record: { review } }: Facts): Classified | undefined {
  if (!review || review.wanted || review.withdrawn || review.closed !== undefined) return undefined;
  return { state: 'in-review', reason: `in review as #${review.pull} since ${clock(review.at)}` };
}

function needsHuman({ record, ceiling, task, missingSetup }: Facts): Classified | undefined {
  const last = record.history.at(-1);
  // What another task asks for, or did and was answered, is not asked for again.
  const isAskedElsewhere = last?.cause?.kind === 'setup' && missingSetup?.task !== task.id;
  const reason = needsPerson(isAskedElsewhere ? { ...record, retried: last.ended } : record, ceiling);
  return reason === undefined ? undefined : { state: 'needs-human', reason };
}

function held(facts: Facts): Classified | undefined {
  return facts.held === undefined ? undefined : { state: 'held', reason: facts.held };
}

function blocked({ missing, foreign }: Facts): Classified | undefined {
  if (missing.length === 0 && foreign.length === 0) return undefined;
  const parts = [...missing.map(dependencyText), ...foreign.map(describeBlocker)];
  const shown = parts.slice(0, 3).join('; ');
  return { state: 'blocked', reason: `waits for ${shown}${parts.length > 3 ? ` and ${parts.length - 3} more` : ''}` };
}

function describeBlocker(blocker: Blocker): string {
  return `${blockerName(blocker)}, which somebody set as a blocker`;
}

function retrying({ record, timings, now }: Facts): Classified | undefined {
  const last = record.history.at(-1);
  const due = retryAt(record, timings);
  if (!last || now >= due) return undefined;
  return {
    state: 'retrying',
    reason: `attempt ${last.attempt} ended: ${why(last)}; tried again after ${clock(instant(due), now)}`,
    until: due,
  };
}

/** A run found that something it needs is missing: nothing is to be gained before something there changes. */
function waiting({ record: { waits, history }, unchanged, now }: Facts): Classified | undefined {
  const last = history.at(-1);
  if (!waits || !last || !unchanged || now >= millis(waits.until)) return undefined;
  return {
    state: 'blocked',
    reason: `${why(last)}; tried again when the base or an issue that it needs changes, at ${clock(waits.until, now)} at the latest`,
    until: millis(waits.until),
  };
}

/** Its run would find missing what a person is asked for on the issue of another task. */
function lacking({ missingSetup, task }: Facts): Classified | undefined {
  if (!missingSetup || missingSetup.task === task.id) return undefined;
  const { issue, cause } = missingSetup;
  return {
    state: 'held',
    reason: `${prose(cause.what)}, which ${inline(missingSetup.task)} (#${issue}) asks a person about`,
  };
}

function limited({ limit, now }: Facts): Classified | undefined {
  if (!limit) return undefined;
  const { of, until, since } = limit;
  const end = clock(instant(until), now);
  const reason =
    since === undefined
      ? `the model's limit for ${inline(of)} ends at ${end}`
      : `the model's provider fails for ${inline(of)} since ${clock(since, now)}; tried again at ${end}`;
  return { state: 'held', reason, until };
}

function outOfBudget({ short }: Facts): Classified | undefined {
  return short && { state: 'held', reason: describeShort(short) };
}

function goingOn(facts: Facts): Classified | undefined {
  if (!continues(facts.record)) return undefined;
  return {
    state: 'retrying',
    reason: `part ${facts.record.slice + 1} ${whatIsLeft(facts.record)}${onceOtherHasEnded(facts)}`,
  };
}

function whatIsLeft({ review, slice, history }: TaskRecord): string {
  if (review) return `goes on from pull request #${review.pull}`;
  if (history.at(-1)?.cause?.kind === 'base-busy')
    return `lands what part ${slice} finished: the base moved too fast for it`;
  return `goes on where part ${slice} stopped`;
}

const DAY = 24 * 60 * 60_000;

/** `10:02` in UTC; with its date where that is a day or more away. */
function clock(at: string, now: number = millis(at)): string {
  const time = instant(millis(at)).slice(11, 16);
  return Math.abs(millis(at) - now) < DAY ? time : `${at.slice(0, 10)} ${time}`;
}
