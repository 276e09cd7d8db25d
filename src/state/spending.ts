import type { Config } from '../plan/config.ts';
import type { Graph } from '../plan/graph.ts';
import type { Plan, Task, TaskId } from '../plan/plan.ts';
import { agentAndModel } from '../plan/route.ts';
import { type Amounts, NOTHING, toldAmount } from './amounts.ts';
import { type KeptOfWaves, ofEachWave } from './by-wave.ts';
import { type Instant, millis } from './instant.ts';
import type { DispatchAccount, PastDispatch, TaskRecord } from './record.ts';
import type { TaskView } from './task-view.ts';
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

export interface SpendingInput extends PlanNow {
  /** With records as they are to be. */
  readonly byWave: ReadonlyMap<number, readonly TaskView[]>;
  readonly removed: ReadonlyMap<TaskId, Pick<TrackedIssue<TaskRecord>, 'record'>>;
  readonly kept: KeptOfWaves<Spending>;
}

/** What says for whom a task is now. */
export interface PlanNow {
  readonly plan: Pick<Plan, 'tasks'>;
  readonly graph: Pick<Graph, 'places'>;
  readonly config: Pick<Config, 'agents' | 'routes'>;
}

/**
 * Every dispatch counts, of tasks that failed, were cancelled or are no longer in the plan, too. One that a record of an
 * earlier version keeps counts where its task is now.
 */
export function spendingOf(input: SpendingInput): Spending {
  const { byWave, removed, config, kept } = input;
  const sums = newSums();
  const find = (tasks: readonly TaskView[]) => spendingAt(tasks, config);
  for (const wave of ofEachWave(byWave, { kept, given: config, find })) addSums(sums, wave);
  for (const [id, { record }] of removed) addRecord(sums, record, () => accountNow(id, record, input));
  return sums;
}

function spendingAt(tasks: readonly TaskView[], config: PlanNow['config']): Spending {
  const sums = newSums();
  for (const { task, record } of tasks) addRecord(sums, record, () => whoseNow(task, config));
  return sums;
}

/** There are thousands of dispatches: they are added up in these, and not in new values each time. */
interface Sums {
  readonly plan: Sum;
  readonly waves: Map<number, Sum>;
  readonly agents: Map<string, Sum>;
}

interface Sum extends Spent {
  readonly spent: Mutable<Amounts>;
  readonly reserved: Mutable<Amounts>;
  unknown: number;
}

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] };

function newSums(): Sums {
  return { plan: newSum(), waves: new Map(), agents: new Map() };
}

function newSum(): Sum {
  return { spent: { ...NOTHING }, reserved: { ...NOTHING }, unknown: 0 };
}

export type Whose = Pick<DispatchAccount, 'wave' | 'type'>;

function addRecord(sums: Sums, { live, history, spentBefore = [] }: TaskRecord, now: () => Whose): void {
  for (const before of spentBefore)
    add(sums, whose(before, now), { to: 'spent', ...amountsOf(before), runs: count(before.runs), unknown: 0 });
  for (const past of history) {
    if (!wasRun(past)) continue;
    add(sums, whose(past.account, now), { to: 'spent', ...spentBy(past) });
    addReviewer(sums, past.account, { now, to: 'spent' });
  }
  if (!live) return;
  add(sums, whose(live.account, now), { to: 'reserved', ...amountsOf(live.account), unknown: 0 });
  addReviewer(sums, live.account, { now, to: 'reserved' });
}

/** Whoever reviews spends on the account of its own agent type, for the same wave; the run is that of the work. */
function addReviewer(
  sums: Sums,
  account: DispatchAccount | undefined,
  { now, to }: { readonly now: () => Whose; readonly to: Added['to'] },
): void {
  const { reviewer } = account ?? {};
  if (!reviewer) return;
  const { wave } = whose(account, now);
  add(sums, { wave, type: reviewer.type }, { to, ...amountsOf(reviewer), runs: 0, unknown: 0 });
}

/** A record that was made anew knows no wave. */
export function whose(account: Whose | undefined, now: () => Whose): Whose {
  if (!account?.type) return now();
  return account.wave === undefined ? { ...now(), type: account.type } : account;
}

interface Added extends Amounts {
  readonly to: 'spent' | 'reserved';
  readonly unknown: number;
}

function add(sums: Sums, { wave, type }: Whose, more: Added): void {
  addTo(sums.plan, more);
  if (wave !== undefined) addTo(sumIn(sums.waves, wave), more);
  addTo(sumIn(sums.agents, type), more);
}

function sumIn<Key>(sums: Map<Key, Sum>, key: Key): Sum {
  const known = sums.get(key);
  if (known) return known;
  const sum = newSum();
  sums.set(key, sum);
  return sum;
}

function addSums(sums: Sums, more: Spending): void {
  addAmounts(sums.plan, more.plan);
  for (const [wave, spent] of more.waves) addAmounts(sumIn(sums.waves, wave), spent);
  for (const [type, spent] of more.agents) addAmounts(sumIn(sums.agents, type), spent);
}

function addAmounts(sum: Sum, { spent, reserved, unknown }: Spent): void {
  addTo(sum, { to: 'spent', ...spent, unknown });
  addTo(sum, { to: 'reserved', ...reserved, unknown: 0 });
}

function addTo(sum: Sum, { to, usd, runs, minutes, unknown }: Added): void {
  const amounts = sum[to];
  amounts.usd += usd;
  amounts.runs += runs;
  amounts.minutes += minutes;
  sum.unknown += unknown;
}

/** GitHub may have taken it: only what it refused has never run. */
export function wasRun({ cause, run }: PastDispatch): boolean {
  return run !== undefined || cause?.kind !== 'dispatch-refused';
}

/** What a dispatch that is over counts for, its reviewer apart. */
function spentBy(past: PastDispatch): Omit<Added, 'to'> {
  const { account, sent, ended } = past;
  const unknown = isCostKnown(past) ? 0 : 1;
  if (account) return { usd: usdOf(past), runs: 1, minutes: count(account.minutes), unknown };
  // From before there were accounts.
  const worked = toldAmount(past.seconds);
  return { usd: usdOf(past), runs: 1, minutes: worked === undefined ? wallMinutes(sent, ended) : worked / 60, unknown };
}

/** The US dollars of that. */
export function usdOf({ account, cost_usd }: Pick<PastDispatch, 'account' | 'cost_usd'>): number {
  return count(account ? account.usd : cost_usd);
}

/** Whether all that it cost is told. */
export function isCostKnown({ cost_usd, account }: Pick<PastDispatch, 'cost_usd' | 'account'>): boolean {
  if (!account) return toldAmount(cost_usd) !== undefined;
  return account.unknown !== true && account.reviewer?.unknown !== true;
}

function amountsOf(account: DispatchAccount | undefined): Amounts {
  return { usd: count(account?.usd), runs: 1, minutes: count(account?.minutes) };
}

export function wallMinutes(sent: Instant, ended: Instant): number {
  return Math.max(0, millis(ended) - millis(sent)) / 60_000;
}

function count(value: number | undefined): number {
  return toldAmount(value) ?? 0;
}

function whoseNow(task: Task, config: PlanNow['config']): Whose {
  return { wave: task.wave, type: agentAndModel(task, config).agent };
}

/** Where spending counts of which nobody wrote down for whom it was. */
export function accountNow(id: TaskId, { wave }: TaskRecord, { plan, graph, config }: PlanNow): Whose {
  const task = plan.tasks[graph.places.get(id) ?? -1];
  if (task) return whoseNow(task, config);
  return { ...(wave === undefined ? {} : { wave }), type: agentAndModel({ id }, config).agent };
}
