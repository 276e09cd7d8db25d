import { eachActive, type Tracked } from '../active-tasks.ts';
import { type Derivations, groupRecordOf, taskRecordOf } from '../derivations.ts';
import type { GroupRecord, PastDispatch, TaskRecord } from '../record.ts';
import { millis, type Snapshot } from '../snapshot.ts';
import type { Timings } from '../timings.ts';
import { findPlanIssue } from '../tracked-issues.ts';
import type { FactName, JudgedFact } from './judged-fact.ts';

/**
 * The probe: where nobody told whether work could land or be paid for, the first run of a plan goes alone and looks before
 * its agent is started. One that finds nothing goes on with its task, and says so in its claim.
 */

/**
 * Facts of which a job is told what those who start it are not. Of the others a dispatch tells all there is: a run that
 * GitHub does not start, or that waits for an approval, pays no agent, however many there are.
 */
const PROBED: readonly FactName[] = ['secrets', 'rules', 'pull-requests', 'job-permissions'];

/** @returns The names of those facts that a run has to look at. */
export function factsToProbe(judged: readonly JudgedFact[]): readonly FactName[] {
  const unknown = judged.filter(({ fact, verdict }) => verdict === 'unknown' && PROBED.includes(fact));
  return [...new Set(unknown.map(({ fact }) => fact))];
}

/** Work has landed: nothing that nobody told keeps it from that. */
export function hasLanded({ tasks }: Pick<Tracked, 'tasks'>): boolean {
  return [...tasks.values()].some(({ record: { done } }) => done?.commit !== undefined || done?.pull !== undefined);
}

/** Whether the next dispatch of the plan goes alone, and nothing beside it until its run has told. */
export function isProbeDue(plan: { readonly record: GroupRecord } | undefined): boolean {
  return (plan?.record.preflight?.unknown ?? []).length > 0;
}

/** @returns The issue whose run other tasks wait for; undefined where none do. What its claim says tells. */
export function awaitedProbe(snapshot: Snapshot, derivations: Derivations): number | undefined {
  const plan = findPlanIssue(snapshot);
  const record = plan && groupRecordOf(plan, derivations);
  if (!record || !isProbeDue({ record })) return undefined;
  const open = snapshot.issues.flatMap((issue) => {
    const task = issue.open ? taskRecordOf(issue, derivations) : undefined;
    return task?.plan === record.plan ? [{ issue, task }] : [];
  });
  return open.length < 2 ? undefined : open.find(({ task }) => isLooking(task))?.issue.number;
}

/** Its run was dispatched to look, and has not ended. */
export function isLooking({ live }: Pick<TaskRecord, 'live'>): boolean {
  return live?.probe === true;
}

/** How a dispatch ends whose run came as far as its agent, or past it. */
const PAST_THE_PROBE: readonly PastDispatch['outcome'][] = [
  'completed',
  'continued',
  'in-review',
  'verification',
  'agent',
  'conflict',
  'quota',
];

/** Whether a run has told that nothing keeps work from landing: by its claim, by how it ended, or by landing. */
export function hasProbeTold(
  tracked: Tracked,
  { snapshot, since }: { readonly snapshot: Snapshot; readonly since: string },
): boolean {
  let told = false;
  eachActive(tracked, ({ issue, record }) => {
    told ||= tells(record, { since, claim: snapshot.probed?.issue === issue.number ? snapshot.probed : undefined });
  });
  return told;
}

interface Telling {
  readonly since: string;
  readonly claim: Snapshot['probed'];
}

function tells(record: TaskRecord, { since, claim }: Telling): boolean {
  if (isLooking(record) && claim?.dispatch === record.dispatch) return true;
  const last = record.history.at(-1);
  return last !== undefined && millis(last.sent) >= millis(since) && PAST_THE_PROBE.includes(last.outcome);
}

/** A runner may be waited for for hours: its claim is looked at once in so many of the first waits at least. */
const MOST_WAITS = 24;

/** @returns When its claim may say more (epoch ms); undefined where no run is waited for. */
export function lookAtProbe(
  tracked: Tracked,
  { now, timings: { probeLook } }: { readonly now: number; readonly timings: Pick<Timings, 'probeLook'> },
): number | undefined {
  let sent: number | undefined;
  eachActive(tracked, ({ record }) => {
    if (record.live && isLooking(record)) sent = millis(record.live.sent);
  });
  if (sent === undefined) return undefined;
  return now + Math.min(MOST_WAITS * probeLook, Math.max(probeLook, (now - sent) / 4));
}
