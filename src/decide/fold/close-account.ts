import { toldAmount } from '../../state/amounts.ts';
import type { Cause } from '../../state/cause.ts';
import type { DispatchAccount, PastDispatch, TaskRecord } from '../../state/record.ts';
import type { Result } from '../../state/result.ts';
import type { Instant } from '../../state/snapshot.ts';
import { wallMinutes, wasRun } from '../../state/spending.ts';

export interface EndedAccount {
  /** As it was when the dispatch was sent; a record that was made anew has none. */
  readonly account: DispatchAccount | undefined;
  readonly sent: Instant;
  readonly ended: Instant;
  /** What its run told of its agent; undefined where it told nothing. */
  readonly agent: Result['agent'] | undefined;
  readonly cause: Cause | undefined;
}

/**
 * What a dispatch that is over counts for. A cost that nobody told counts as all that it was allowed, since its agent may
 * have spent it; what is told counts, whatever was allowed.
 */
export function closeAccount({ account, sent, ended, agent, cause }: EndedAccount): DispatchAccount | undefined {
  const known = account ?? (agent && { type: agent.type, model: agent.model });
  if (!known) return undefined;
  // A run that tells of itself was started, whatever it says.
  if (!agent && cause?.kind === 'dispatch-refused') return { ...known, usd: 0, minutes: 0 };
  if (!agent) return { ...known, minutes: known.minutes ?? wallMinutes(sent, ended), unknown: true };
  const cost = toldAmount(agent.cost_usd);
  const minutes = (toldAmount(agent.seconds) ?? 0) / 60;
  // It came to no agent.
  if (agent.seconds === undefined && agent.cost_usd === undefined) return { ...known, usd: 0, minutes: 0 };
  if (cost !== undefined && !agent.cost_partial) return { ...known, usd: cost, minutes };
  const usd = Math.max(known.usd ?? 0, cost ?? 0);
  return { ...known, ...(usd === 0 ? {} : { usd }), minutes, unknown: true };
}

/** So many dispatches a record keeps; what older ones spent is added up, a few at once. */
const MAX_HISTORY = 100;
const DROPPED_AT_ONCE = 20;

/** @returns The record with one more dispatch behind it. */
export function withPast(record: TaskRecord, past: PastDispatch): TaskRecord {
  const history = [...record.history, past];
  if (history.length <= MAX_HISTORY) return { ...record, history };
  const spentBefore = history.slice(0, DROPPED_AT_ONCE).reduce(addPast, record.spentBefore ?? []);
  return { ...record, spentBefore, history: history.slice(DROPPED_AT_ONCE) };
}

type SpentBefore = NonNullable<TaskRecord['spentBefore']>;

function addPast(sums: SpentBefore, past: PastDispatch): SpentBefore {
  const { account, cost_usd } = past;
  if (!wasRun(past)) return sums;
  const { unknown, ...one } = account ?? { type: '', model: '', usd: cost_usd };
  const isSame = (other: SpentBefore[number]) =>
    other.wave === one.wave && other.type === one.type && other.model === one.model;
  const before = sums.find(isSame);
  const sum = {
    ...one,
    usd: (before?.usd ?? 0) + (toldAmount(one.usd) ?? 0),
    minutes: (before?.minutes ?? 0) + (toldAmount('minutes' in one ? one.minutes : 0) ?? 0),
    runs: (before?.runs ?? 0) + 1,
  };
  return [...sums.filter((other) => other !== before), sum];
}
