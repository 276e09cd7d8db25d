import type { TaskId } from '../plan/plan.ts';
import { TRIFLE } from './budget-limits.ts';
import { type KeptOfWaves, ofEachWave } from './by-wave.ts';
import type { KeptAccounts, PastDispatch, TaskRecord } from './record.ts';
import { accountNow, type PlanNow, whose } from './spending.ts';
import { addPast, addSpent, type SpentBefore } from './spent-sums.ts';
import type { TaskView } from './task-view.ts';
import type { TrackedIssue } from './tracked-issue.ts';

/** What the plan's own record keeps of the costs, so that a record of a task which somebody breaks takes none along. */

interface Tracked {
  readonly tasks: ReadonlyMap<TaskId, TrackedIssue<TaskRecord>>;
  readonly removed: ReadonlyMap<TaskId, TrackedIssue<TaskRecord>>;
}

export interface AccountsInput extends PlanNow {
  readonly tracked: Tracked;
}

export interface KeepingInput extends PlanNow {
  /** With records as they are to be. */
  readonly byWave: ReadonlyMap<number, readonly TaskView[]>;
  readonly removed: Tracked['removed'];
  readonly kept: KeptOfWaves<KeptAccounts>;
}

/** @returns What is to be kept of the costs as the records have them. */
export function keepAccounts({ byWave, removed, kept, ...now }: KeepingInput): KeptAccounts {
  const find = (tasks: readonly TaskView[]) =>
    accountsOf(
      tasks.flatMap(({ issue, record }) => (issue === undefined ? [] : [{ issue, record }])),
      now,
    );
  const waves = ofEachWave(byWave, { kept, given: now.config, find });
  const others = Array.from(removed.values(), ({ issue, record }) => ({ issue: issue.number, record }));
  const all = [...waves, accountsOf(others, now)];
  const spent = all.flatMap((part) => part.spent).reduce(addSpent, NONE);
  return {
    spent: inOrder(spent.map(rounded)),
    live: all.flatMap(({ live }) => live).sort((a, b) => a.issue - b.issue),
  };
}

interface OneRecord {
  readonly issue: number;
  readonly record: TaskRecord;
}

function accountsOf(records: readonly OneRecord[], now: PlanNow): KeptAccounts {
  const spent = records.reduce((sums, { record }) => sumsOf(record, { now, sums }), NONE);
  const live = records.flatMap(({ issue, record }) =>
    record.live?.account ? [{ issue, dispatch: record.dispatch, account: record.live.account }] : [],
  );
  return { spent: [...spent], live };
}

/** Whether both say the same. */
export function isSameAccounts(one: KeptAccounts | undefined, other: KeptAccounts | undefined): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

interface Broken {
  /** As the bodies say: what of it is intact has told its costs. */
  readonly before: AccountsInput;
  /** With broken records made anew. */
  readonly after: AccountsInput;
  readonly kept: KeptAccounts | undefined;
}

/**
 * @returns What broken records have spent and tell no more, though they were made anew; empty where they tell everything.
 *   Of what ended meanwhile all that was reserved counts, unless its record is intact, or its run has told.
 */
export function lostSpending({ before, after, kept }: Broken): SpentBefore {
  const intact = allOf(before.tracked).filter(isIntact);
  if (!kept || intact.length === before.tracked.tasks.size + before.tracked.removed.size) return NONE;
  const told = intact.reduce((sums, one) => withEnding(sumsOf(one.record, { now: before, sums }), { one, kept }), NONE);
  const remade = allOf(after.tracked).filter((one) => !isIntact(one));
  const retold = remade.reduce(
    (sums, one) => sumsOf(one.record, { now: after, sums, but: outstanding(one, kept) }),
    NONE,
  );
  const ended = kept.live.reduce((sums, { issue, dispatch, account }) => {
    const known = [...intact, ...remade].find((one) => one.issue.number === issue);
    const past = known?.record.history.find((one) => one.dispatch === dispatch);
    if (known?.record.live && known.record.dispatch === dispatch) return sums;
    // Of a record made anew it is left out of what that tells.
    if (past) return known && isIntact(known) ? sumsOf(only(known.record, past), { now: before, sums }) : sums;
    return addAccount(sums, account);
  }, NONE);
  const whole = [...kept.spent, ...ended].reduce(addSpent, NONE);
  return whole.flatMap((sum) => leftOver(sum, [...told, ...retold]));
}

/** Nobody knows with which model. */
const MODEL = 'unknown';
const NONE: SpentBefore = [];

function allOf({ tasks, removed }: Tracked): readonly TrackedIssue<TaskRecord>[] {
  return [...tasks.values(), ...removed.values()];
}

function isIntact({ intact }: TrackedIssue<TaskRecord>): boolean {
  return intact;
}

/** What was kept as over may be outstanding as its record says, which was not written. */
function withEnding(
  sums: SpentBefore,
  { one, kept }: { readonly one: TrackedIssue<TaskRecord>; readonly kept: KeptAccounts },
): SpentBefore {
  const { live, dispatch } = one.record;
  return live?.account && outstanding(one, kept) !== dispatch ? addAccount(sums, live.account) : sums;
}

/** The dispatch that was outstanding when the accounts were kept, of an issue. */
function outstanding({ issue }: TrackedIssue<TaskRecord>, kept: KeptAccounts): number | undefined {
  return kept.live.find((one) => one.issue === issue.number)?.dispatch;
}

function only({ spentBefore, ...record }: TaskRecord, past: PastDispatch): TaskRecord {
  return { ...record, history: [past] };
}

interface Summing {
  readonly now: PlanNow;
  readonly sums: SpentBefore;
  /** A dispatch that is left out. */
  readonly but?: number | undefined;
}

/** By wave and agent type: those for whom it was, or, where nobody wrote that down, those for whom it would be now. */
function sumsOf(record: TaskRecord, { now: plan, sums, but }: Summing): SpentBefore {
  const own = record.history
    .filter(({ dispatch }) => dispatch !== but)
    .reduce<SpentBefore>(addPast, record.spentBefore ?? NONE);
  const now = () => accountNow(record.renamed ?? record.task, record, plan);
  return own.reduce((all, one) => {
    const { wave, type } = whose(one, now);
    return addSpent(all, { ...withoutModel(one), type, ...(wave === undefined ? {} : { wave }) });
  }, sums);
}

function addAccount(sums: SpentBefore, { reviewer, ...own }: KeptAccounts['live'][number]['account']): SpentBefore {
  const both = [{ ...own, runs: 1 }, ...(reviewer ? [{ ...reviewer, wave: own.wave, runs: 0 }] : [])];
  return both.reduce((all, one) => addSpent(all, withoutModel(one)), sums);
}

function withoutModel({ unknown, ...one }: SpentBefore[number]): SpentBefore[number] {
  return { ...one, model: MODEL };
}

function leftOver(sum: SpentBefore[number], told: SpentBefore): SpentBefore {
  const same = told.filter(({ wave, type }) => wave === sum.wave && type === sum.type);
  const rest = (unit: 'usd' | 'minutes' | 'runs') =>
    Math.max(0, (sum[unit] ?? 0) - same.reduce((all, one) => all + (one[unit] ?? 0), 0));
  const left = { ...sum, usd: rest('usd'), minutes: rest('minutes'), runs: rest('runs') };
  return left.usd + left.minutes + left.runs > 100 * TRIFLE ? [left] : [];
}

function inOrder(sums: SpentBefore): SpentBefore[number][] {
  return sums.toSorted((a, b) => (a.wave ?? -1) - (b.wave ?? -1) || (a.type < b.type ? -1 : 1));
}

/** Sums are no whole numbers, and are compared as text. */
function rounded(sum: SpentBefore[number]): SpentBefore[number] {
  const round = (amount = 0) => Math.round(amount / TRIFLE) / Math.round(1 / TRIFLE);
  return { ...sum, usd: round(sum.usd), minutes: round(sum.minutes) };
}
