import type { Config } from '../plan/config.ts';
import type { Graph } from '../plan/graph.ts';
import type { Plan, TaskId } from '../plan/plan.ts';
import { agentAndModel } from '../plan/route.ts';
import { type Amounts, addAmounts, NOTHING, toldAmount } from './amounts.ts';
import { type Instant, millis } from './instant.ts';
import type { DispatchAccount, PastDispatch, TaskRecord } from './record.ts';
import type { TrackedIssue } from './tracked-issue.ts';

/** What a plan, a wave or an agent type has spent, and what its outstanding dispatches may still spend. */
export interface Spent {
  readonly spent: Amounts;
  readonly reserved: Amounts;
  /** Dispatches that are over and whose cost nobody told: they count for what they were allowed. */
  readonly unknown: number;
}

export interface Spending {
  readonly plan: Spent;
  readonly waves: ReadonlyMap<number, Spent>;
  /** By agent type. */
  readonly agents: ReadonlyMap<string, Spent>;
}

export const UNSPENT: Spent = { spent: NOTHING, reserved: NOTHING, unknown: 0 };

export interface SpendingInput {
  readonly plan: Pick<Plan, 'tasks'>;
  readonly graph: Pick<Graph, 'places'>;
  readonly config: Pick<Config, 'agents' | 'routes'>;
  readonly tracked: {
    readonly tasks: ReadonlyMap<TaskId, Pick<TrackedIssue<TaskRecord>, 'record'>>;
    readonly removed: ReadonlyMap<TaskId, Pick<TrackedIssue<TaskRecord>, 'record'>>;
  };
}

/**
 * Every dispatch counts, of tasks that failed, were cancelled or are no longer in the plan, too. One that a record of an
 * earlier version keeps counts where its task is now.
 */
export function spendingOf(input: SpendingInput): Spending {
  const sums: Sums = { plan: UNSPENT, waves: new Map(), agents: new Map() };
  for (const [id, { record }] of input.tracked.tasks) addRecord(sums, record, () => accountNow(id, record, input));
  for (const [id, { record }] of input.tracked.removed) addRecord(sums, record, () => accountNow(id, record, input));
  return sums;
}

interface Sums {
  plan: Spent;
  readonly waves: Map<number, Spent>;
  readonly agents: Map<string, Spent>;
}

export type Whose = Pick<DispatchAccount, 'wave' | 'type'>;

function addRecord(sums: Sums, { live, history, spentBefore }: TaskRecord, now: () => Whose): void {
  for (const before of spentBefore ?? [])
    add(sums, whose(before, now), { ...UNSPENT, spent: { ...amountsOf(before), runs: count(before.runs) } });
  for (const past of history) {
    if (!wasRun(past)) continue;
    add(sums, whose(past.account, now), spentBy(past));
    addReviewer(sums, past.account, now, (amounts) => ({ spent: amounts }));
  }
  if (!live) return;
  add(sums, whose(live.account, now), { ...UNSPENT, reserved: amountsOf(live.account) });
  addReviewer(sums, live.account, now, (amounts) => ({ reserved: amounts }));
}

/** Whoever reviews spends on the account of its own agent type, for the same wave; the run is that of the work. */
function addReviewer(
  sums: Sums,
  account: DispatchAccount | undefined,
  now: () => Whose,
  as: (amounts: Amounts) => Partial<Spent>,
): void {
  const { reviewer } = account ?? {};
  if (!reviewer) return;
  const amounts = { ...amountsOf(reviewer), runs: 0 };
  add(sums, { ...whose(account, now), type: reviewer.type }, { ...UNSPENT, ...as(amounts) });
}

/** A record that was made anew knows no wave. */
export function whose(account: Whose | undefined, now: () => Whose): Whose {
  if (!account?.type) return now();
  return account.wave === undefined ? { ...now(), type: account.type } : account;
}

function add(sums: Sums, { wave, type }: Whose, amounts: Spent): void {
  sums.plan = plus(sums.plan, amounts);
  if (wave !== undefined) sums.waves.set(wave, plus(sums.waves.get(wave) ?? UNSPENT, amounts));
  sums.agents.set(type, plus(sums.agents.get(type) ?? UNSPENT, amounts));
}

function plus(one: Spent, other: Spent): Spent {
  return {
    spent: addAmounts(one.spent, other.spent),
    reserved: addAmounts(one.reserved, other.reserved),
    unknown: one.unknown + other.unknown,
  };
}

/** GitHub may have taken it: only what it refused has never run. */
export function wasRun({ cause, run }: PastDispatch): boolean {
  return run !== undefined || cause?.kind !== 'dispatch-refused';
}

/** What a dispatch that is over counts for, its reviewer apart. */
export function spentBy(past: PastDispatch): Spent {
  const spent = past.account ? amountsOf(past.account) : amountsBefore(past);
  return { ...UNSPENT, spent, unknown: isCostKnown(past) ? 0 : 1 };
}

/** Whether all that it cost is told. */
export function isCostKnown({ cost_usd, account }: Pick<PastDispatch, 'cost_usd' | 'account'>): boolean {
  if (!account) return toldAmount(cost_usd) !== undefined;
  return account.unknown !== true && account.reviewer?.unknown !== true;
}

function amountsOf(account: DispatchAccount | undefined): Amounts {
  return { usd: count(account?.usd), runs: 1, minutes: count(account?.minutes) };
}

/** Of a dispatch from before there were accounts. */
function amountsBefore({ cost_usd, seconds, sent, ended }: PastDispatch): Amounts {
  const worked = toldAmount(seconds);
  return { usd: count(cost_usd), runs: 1, minutes: worked === undefined ? wallMinutes(sent, ended) : worked / 60 };
}

export function wallMinutes(sent: Instant, ended: Instant): number {
  return Math.max(0, millis(ended) - millis(sent)) / 60_000;
}

function count(value: number | undefined): number {
  return toldAmount(value) ?? 0;
}

/** Where spending counts of which nobody wrote down for whom it was. */
export function accountNow(id: TaskId, { wave }: TaskRecord, { plan, graph, config }: SpendingInput): Whose {
  const task = plan.tasks[graph.places.get(id) ?? -1];
  if (task) return { wave: task.wave, type: agentAndModel(task, config).agent };
  return { ...(wave === undefined ? {} : { wave }), type: agentAndModel({ id }, config).agent };
}
