import type { Config } from '../plan/config.ts';
import { readComment } from '../state/command.ts';
import { foreignPlan } from '../state/foreign-plan.ts';
import type { PlanHost } from '../state/host-record.ts';
import { groupRecordOf } from '../state/issue-records.ts';
import { LABEL } from '../state/names.ts';
import { type HostWaits, isBeforeHost, offeredUntil } from '../state/plan-host.ts';
import { isTrustedGroup } from '../state/plan-identity.ts';
import { type GroupRecord, writeGroupRecord } from '../state/record.ts';
import { GROUP_BLOCK, withRecordBlock, withRecordPart } from '../state/record-form.ts';
import { instant, type Snapshot } from '../state/snapshot.ts';
import type { TrackedIssue } from '../state/tracked-issue.ts';
import { mayWrite } from '../state/trust.ts';
import { foreignPlanNotice, otherHostNotice } from '../text/notices.ts';
import type { DecideInput } from './decide-input.ts';
import { bodyKey } from './effects/body-currency.ts';
import type { Decision, Effect } from './effects/effect.ts';

/** What is decided of a plan at which nothing is folded, and why nothing of it starts. */
export type LeftAlone = Pick<Decision, 'leftAlone' | 'effects' | 'wakeAt' | 'notice'>;

interface Foreign {
  /** As GitHub shows it. */
  readonly seen: Snapshot;
  /** Of the plan. */
  readonly id: string;
  /** The plan issue. */
  readonly plan: TrackedIssue<GroupRecord> | undefined;
}

/** Nothing is done about a plan that a host keeps which the configuration does not list. @returns Undefined where none does. */
export function leaveToForeign({ seen, id, plan }: Foreign): LeftAlone | undefined {
  const foreign = foreignPlan({ ...seen, id, plan });
  return (
    foreign && {
      leftAlone: [plan?.issue.number ?? foreign.issue],
      effects: [],
      wakeAt: undefined,
      notice: foreignPlanNotice(foreign, seen.app),
    }
  );
}

interface Hosted {
  /** The plan issue. */
  readonly plan: TrackedIssue<GroupRecord> | undefined;
  readonly snapshot: Snapshot;
  readonly timings: HostWaits['timings'];
}

/**
 * What a host does about a plan that another one works on: nothing, until a person says `/adopt`. Then it writes that it
 * has taken over, and nothing else in this pass: whatever else it read may be older than what the other did last.
 * @returns Undefined where the plan is this host's.
 */
export function leaveToOther({ plan, snapshot, timings }: Hosted): LeftAlone | undefined {
  const host = plan?.record.host;
  if (!plan || !host || host.app === snapshot.app) return undefined;
  const { issue } = plan;
  const notice = otherHostNotice(host.app, issue.number);
  const left = { leftAlone: [issue.number], notice };
  if (plan.isFull) return { ...left, effects: [], wakeAt: undefined };
  if (offeredUntil(plan.record, { now: snapshot.now, timings }) === undefined && !isAdopted(plan, snapshot))
    return { ...left, effects: [], wakeAt: undefined };
  return { ...left, effects: [takeOver(plan, { from: host.app, snapshot })], wakeAt: snapshot.now };
}

interface Before extends Pick<DecideInput, 'derivations' | 'full'> {
  readonly snapshot: Snapshot;
  readonly config: Config;
}

/**
 * The issue of the newest plan there was. Whoever had it begins the next one: several hosts that begin it at the same time
 * make every issue more than once.
 * @returns Undefined where it names no host that still counts here.
 */
export function planBefore({ snapshot, config, derivations, full }: Before): Hosted['plan'] {
  const hosts = config.trusted_apps;
  if (!hosts.includes(snapshot.app)) return undefined;
  const found = snapshot.issues.flatMap((issue) => {
    const isPlan = issue.labels.includes(LABEL.plan) && issue.closedAs !== 'duplicate';
    const record = isPlan && isTrustedGroup(issue, snapshot) ? groupRecordOf(issue, derivations) : undefined;
    return record && record.wave === undefined ? [{ issue, record }] : [];
  });
  const newest = found.at(-1);
  if (!newest?.record.host || !hosts.includes(newest.record.host.app)) return undefined;
  return { ...newest, intact: true, ...(full?.has(newest.issue.number) ? { isFull: true } : {}) };
}

interface TakingOver {
  readonly from: string;
  readonly snapshot: Snapshot;
}

function takeOver({ issue, record }: TrackedIssue<GroupRecord>, { from, snapshot }: TakingOver): Effect {
  const host: PlanHost = { app: snapshot.app, since: instant(snapshot.now), from };
  const block = writeGroupRecord({ ...record, host });
  const part = withRecordBlock(issue.body, { kind: GROUP_BLOCK, block });
  const body = withRecordPart(issue.body, { part, isOurs: issue.writer === snapshot.app });
  const reason = `a person gave the plan of ${from} to this host`;
  return { kind: 'write-body', key: bodyKey(issue.number), issue: issue.number, body, reason };
}

/** A person who may write asked for another host, and the one that works on the plan has not read it. */
function isAdopted({ issue, record }: TrackedIssue<GroupRecord>, snapshot: Snapshot): boolean {
  return snapshot.comments.some(
    ({ issue: on, id, author, body, edited, createdAt }) =>
      on === issue.number &&
      !edited &&
      !record.commands.includes(id) &&
      !isBeforeHost(record, createdAt) &&
      readComment(body).commands.some(({ name }) => name === 'adopt') &&
      author !== snapshot.app &&
      mayWrite(author, snapshot),
  );
}
