import { readComment } from '../state/command.ts';
import type { PlanHost } from '../state/host-record.ts';
import { type HostWaits, isBeforeHost, offeredUntil } from '../state/plan-host.ts';
import { type GroupRecord, writeGroupRecord } from '../state/record.ts';
import { GROUP_BLOCK, withRecordBlock, withRecordPart } from '../state/record-form.ts';
import { instant, type Snapshot } from '../state/snapshot.ts';
import type { TrackedIssue } from '../state/tracked-issue.ts';
import { mayWrite } from '../state/trust.ts';
import { otherHostNotice } from '../text/notices.ts';
import { bodyKey } from './effects/body-currency.ts';
import type { Decision, Effect } from './effects/effect.ts';

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
export function leaveToOther({
  plan,
  snapshot,
  timings,
}: Hosted): (Pick<Decision, 'leftAlone' | 'effects' | 'wakeAt'> & { readonly notice: string }) | undefined {
  const host = plan?.record.host;
  if (!plan || !host || host.app === snapshot.app) return undefined;
  const { issue } = plan;
  const notice = otherHostNotice(host.app, issue.number);
  const left = { leftAlone: [issue.number], notice };
  if (offeredUntil(plan.record, { now: snapshot.now, timings }) === undefined && !isAdopted(plan, snapshot))
    return { ...left, effects: [], wakeAt: undefined };
  return { ...left, effects: [takeOver(plan, { from: host.app, snapshot })], wakeAt: snapshot.now };
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
