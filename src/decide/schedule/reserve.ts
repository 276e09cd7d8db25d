import { hasLimit } from '../../plan/budget.ts';
import type { Config } from '../../plan/config.ts';
import type { Task } from '../../plan/plan.ts';
import { type Routed, routeAttempt, routeTask } from '../../plan/route.ts';
import { attemptLeft, nextDispatch } from '../../state/attempts.ts';
import { type BudgetLimit, type LimitUse, leftOf, limitsOn, TRIFLE, useOf } from '../../state/budget-limits.ts';
import type { DispatchAccount, PastDispatch, TaskRecord } from '../../state/record.ts';
import type { Spending } from '../../state/spending.ts';
import type { TaskView } from '../../state/task-view.ts';
import { usualAmounts } from './like-tasks.ts';

/** What a dispatch may spend at most, kept for it with the write that announces it: its run is held to that. */

/** The most that a dispatch may spend; absent where nothing bounds it. */
export type Reserved = Pick<DispatchAccount, 'usd' | 'minutes'>;

export type Reservation =
  | { readonly kind: 'reserved'; readonly reserved: Reserved }
  /** What it would need is more than is left of a limit. */
  | { readonly kind: 'short'; readonly limit: LimitUse };

/** What is left of every limit while slots are given away. */
export interface BudgetLedger {
  /** @param slots Free slots that are not given away, that of this task among them. */
  readonly reserve: (view: TaskView, slots: number) => Reservation;
  /** From now on it is gone. */
  readonly take: (view: TaskView, reserved: Reserved) => void;
}

export interface LedgerInput {
  readonly config: Config;
  readonly spending: Spending;
  readonly tasks: readonly TaskView[];
}

/** @returns Undefined where the configuration bounds nothing. */
export function openLedger({ config, spending, tasks }: LedgerInput): BudgetLedger | undefined {
  if (!hasLimit(config)) return undefined;
  const usual = usualAmounts(tasks);
  const taken: (DispatchAccount & { readonly wave: number })[] = [];
  const withTaken = (limit: BudgetLimit): LimitUse => {
    const use = useOf(limit, spending);
    const within = taken.filter((account) => isWithin(account, limit));
    return { ...use, reserved: within.reduce((sum, one) => sum + amountOf(one, limit), use.reserved) };
  };
  return {
    reserve: (view, slots) => {
      const account = accountOf(view, config);
      const limits = limitsOn(account, config).map(withTaken);
      const runs = limits.find((limit) => limit.unit === 'runs' && leftOf(limit) < 1);
      if (runs) return { kind: 'short', limit: runs };
      const like = usual({ category: view.task.category, type: account.type });
      let reserved: Reserved = {};
      for (const unit of ['usd', 'minutes'] as const) {
        const [first, ...others] = limits.filter((limit) => limit.unit === unit);
        if (!first) continue;
        const tightest = others.reduce((a, b) => (leftOf(b) < leftOf(a) ? b : a), first);
        const known = { config, usual: like[unit] };
        const wish = unit === 'usd' ? dollarsFor(view, known) : minutesFor(view, known);
        const amount = amountWithin(leftOf(tightest), { wish, slots });
        if (amount === undefined) return { kind: 'short', limit: tightest };
        reserved = { ...reserved, [unit]: amount };
      }
      return { kind: 'reserved', reserved };
    },
    take: (view, reserved) => {
      taken.push({ ...accountOf(view, config), ...reserved });
    },
  };
}

/** Whom the next dispatch of a task works for. */
export function accountOf(
  { task, record }: { readonly task: Task; readonly record: TaskRecord },
  config: Config,
): DispatchAccount & { readonly wave: number } {
  const { agent, model } = routed({ task, record }, config);
  return { wave: task.wave, type: agent, model };
}

function routed({ task, record }: { readonly task: Task; readonly record: TaskRecord }, config: Config): Routed {
  const { attempt } = nextDispatch(record);
  return routeAttempt({ task, config, attempt: { attempt, ceiling: record.ceiling, model: record.model } });
}

function isWithin(account: DispatchAccount, { scope, name }: BudgetLimit): boolean {
  if (scope === 'plan') return true;
  return scope === 'wave' ? String(account.wave) === name : account.type === name;
}

function amountOf(account: DispatchAccount, { unit }: BudgetLimit): number {
  return unit === 'runs' ? 1 : (account[unit] ?? 0);
}

interface Wish {
  /** As much as it should have; undefined where nobody knows: its share of what is left. */
  readonly wanted: number | undefined;
  /** With less it is not worth starting. */
  readonly least: number;
  /** The most that it can spend, whatever is left. */
  readonly most?: number;
}

/** Shares that are smaller come to nothing but the start of a run. */
const MIN_USD = 0.01;
const MIN_MINUTES = 1;

/** Tasks differ: a like one seldom takes more than this many times what is usual. */
const MARGIN = 3;

interface Known {
  readonly config: Config;
  readonly usual: number | undefined;
}

function dollarsFor(view: TaskView, { config, usual }: Known): Wish {
  const own = routed(view, config).max_usd;
  if (own !== undefined) {
    // Whoever reviews its work works on the same account.
    const reviewers =
      config.review === 'off' ? 0 : (routeTask({ id: view.task.id, agent: config.review }, config).max_usd ?? 0);
    return { wanted: own + reviewers, least: own + reviewers };
  }
  return afterCap({ wanted: usual && MARGIN * usual, least: usual ?? MIN_USD }, lastCap(view.record));
}

function minutesFor({ task, record }: TaskView, { config, usual }: Known): Wish {
  const next = nextDispatch(record);
  const { minutes } = attemptLeft({ ...record, attempt: next.attempt }, { task, config });
  const most = Math.min(config.slice, minutes);
  const least = Math.min(most, usual ?? MIN_MINUTES);
  return { wanted: usual && MARGIN * usual, least, most };
}

/** The slice before ended because it had spent what it was allowed. */
function lastCap({ history }: TaskRecord): PastDispatch | undefined {
  const last = history.at(-1);
  return last?.cause?.kind === 'cap-reached' ? last : undefined;
}

/** Slices that end at their cap get twice as much each time. One that came to little with it is not started with less. */
function afterCap(wish: Wish, last: PastDispatch | undefined): Wish {
  if (last?.cause?.kind !== 'cap-reached') return wish;
  const cap = last.cause.usd;
  const isIdle = last.stalled === true || (last.account?.usd ?? 0) < cap / 2;
  return { wanted: Math.max(wish.wanted ?? 0, 2 * cap), least: isIdle ? 2 * cap : Math.min(wish.least, MIN_USD) };
}

function amountWithin(
  left: number,
  { wish: { wanted, least, most }, slots }: { readonly wish: Wish; readonly slots: number },
): number | undefined {
  if (left + TRIFLE < least) return undefined;
  const share = Math.max(wanted ?? left / Math.max(1, slots), least);
  return rounded(Math.min(share, left, most ?? Number.POSITIVE_INFINITY));
}

/** Down: what is reserved is never more than there is. */
function rounded(amount: number): number {
  return Math.floor(amount / TRIFLE + 1e-3) * TRIFLE;
}
