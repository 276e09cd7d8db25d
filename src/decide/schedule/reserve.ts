import type { Unit } from '../../plan/budget.ts';
import type { Config } from '../../plan/config.ts';
import type { Task } from '../../plan/plan.ts';
import { type Routed, routeAttempt, routeTask } from '../../plan/route.ts';
import { attemptLeft, nextDispatch } from '../../state/attempts.ts';
import { type BudgetLimit, type LimitUse, leftOf, limitsOn, useOf } from '../../state/budget-limits.ts';
import type { DispatchAccount, TaskRecord } from '../../state/record.ts';
import { isOver } from '../../state/satisfied.ts';
import type { Spending } from '../../state/spending.ts';
import type { TaskView } from '../../state/task-view.ts';
import { divide, type LimitLine, type Wish } from './divide.ts';
import { type LikeTask, type Usual, usualAmounts } from './like-tasks.ts';

/** What a dispatch may spend at most, kept for it with the write that announces it: its run is held to that. */

/** The most that a dispatch may spend; absent where nothing bounds it. */
export type Reserved = Pick<DispatchAccount, 'usd' | 'minutes' | 'reviewer'>;

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

export function openLedger({ config, spending, tasks }: LedgerInput): BudgetLedger {
  const usual = usualAmounts(tasks);
  const taken: DispatchAccount[] = [];
  const toCome = new Map(
    tasks.filter((view) => !isOver(view) && !view.record.live).map((view) => [view, accountOf(view, config)]),
  );
  // Every task that is ready asks for it, and few are taken in one pass.
  const counts = new Map<string, number>();
  const countToCome = (limit: BudgetLimit): number => {
    const key = `${limit.scope} ${limit.name}`;
    const known = counts.get(key);
    if (known !== undefined) return known;
    let count = 0;
    for (const account of toCome.values()) if (isWithin(account, limit)) count++;
    counts.set(key, count);
    return count;
  };
  const lineOf = (limit: BudgetLimit, slots: number): LimitLine => {
    const use = useOf(limit, spending);
    const reserved = taken.reduce((sum, account) => sum + amountWithin(account, limit), use.reserved);
    const others = countToCome(limit);
    return { ...use, reserved, sharedBy: Math.max(1, slots, others) };
  };
  return {
    reserve: (view, slots) => {
      const { reviewer, ...account } = accountOf(view, config);
      const lines = limitsOn(account, config).map((limit) => lineOf(limit, slots));
      const runs = lines.find((limit) => limit.unit === 'runs' && leftOf(limit) < 1);
      if (runs) return { kind: 'short', limit: runs };
      const wishes = wishesFor(view, {
        config,
        reviewer,
        like: (kind) => usual({ ...kind, category: view.task.category }),
      });
      const reviewed = reviewer ? limitsOn({ ...account, type: reviewer.type }, config) : [];
      const usd = divide(wishes.usd, [
        linesOn(lines, 'usd'),
        reviewed.filter(({ unit }) => unit === 'usd').map((limit) => lineOf(limit, slots)),
      ]);
      if ('short' in usd) return { kind: 'short', limit: usd.short };
      const minutes = divide([wishes.minutes], [linesOn(lines, 'minutes')]);
      if ('short' in minutes) return { kind: 'short', limit: minutes.short };
      const [own, its] = usd.amounts;
      const [work] = minutes.amounts;
      return {
        kind: 'reserved',
        reserved: {
          ...(own === undefined ? {} : { usd: own }),
          ...(work === undefined ? {} : { minutes: work }),
          ...(reviewer && { reviewer: { ...reviewer, ...(its === undefined ? {} : { usd: its }) } }),
        },
      };
    },
    take: (view, reserved) => {
      toCome.delete(view);
      counts.clear();
      taken.push({ ...accountOf(view, config), ...reserved });
    },
  };
}

function linesOn(lines: readonly LimitLine[], unit: Unit): readonly LimitLine[] {
  return lines.filter((line) => line.unit === unit);
}

/** Whom the next dispatch of a task works for. */
export function accountOf(
  { task, record }: { readonly task: Task; readonly record: TaskRecord },
  config: Config,
): DispatchAccount & { readonly wave: number } {
  const { agent, model } = routed({ task, record }, config);
  const reviewer = reviewerOf(task, config);
  return {
    wave: task.wave,
    type: agent,
    model,
    ...(reviewer && { reviewer: { type: reviewer.agent, model: reviewer.model } }),
  };
}

/** As the run asks for it. */
function reviewerOf({ id }: Task, { review, agents }: Config): Routed | undefined {
  return review === 'off' ? undefined : routeTask({ id, agent: review }, { agents, routes: [] });
}

function routed({ task, record }: { readonly task: Task; readonly record: TaskRecord }, config: Config): Routed {
  const { attempt } = nextDispatch(record);
  return routeAttempt({ task, config, attempt: { attempt, ceiling: record.ceiling, model: record.model } });
}

function isWithin({ wave, type, reviewer }: DispatchAccount, { scope, name }: BudgetLimit): boolean {
  if (scope === 'plan') return true;
  return scope === 'wave' ? String(wave) === name : type === name || reviewer?.type === name;
}

/** What of an account counts within a limit: of its reviewer, too, where the limit speaks of that. */
function amountWithin(account: DispatchAccount, limit: BudgetLimit): number {
  const { reviewer, ...own } = account;
  const amount = (one: DispatchAccount, run: number) => {
    if (!isWithin(one, limit)) return 0;
    return limit.unit === 'runs' ? run : (one[limit.unit] ?? 0);
  };
  return amount(own, 1) + (reviewer ? amount({ ...reviewer, wave: own.wave }, 0) : 0);
}

/** Shares that are smaller come to nothing but the start of a run. */
const MIN_USD = 0.01;
const MIN_MINUTES = 1;

/** Tasks differ: a like one seldom takes more than this many times what is usual. */
const MARGIN = 3;

interface Known {
  readonly config: Config;
  readonly reviewer: DispatchAccount['reviewer'];
  readonly like: (kind: Pick<LikeTask, 'type' | 'isReviewer'>) => Usual;
}

/** What a dispatch should have: its agent, and whoever reviews the work. */
function wishesFor(
  view: TaskView,
  { config, reviewer, like }: Known,
): { readonly usd: readonly Wish[]; readonly minutes: Wish } {
  const { agent, max_usd } = routed(view, config);
  const usual = like({ type: agent });
  const last = lastCap(view.record);
  const own = dollarsFor({ max: max_usd, usual: usual.usd }, last && !last.isReviewer ? last : undefined);
  const minutes = minutesFor(view, { config, usual: usual.minutes });
  if (!reviewer) return { usd: [own], minutes };
  const max = reviewerOf(view.task, config)?.max_usd;
  const its = like({ type: reviewer.type, isReviewer: true });
  return { usd: [own, dollarsFor({ max, usual: its.usd }, last?.isReviewer ? last : undefined)], minutes };
}

function dollarsFor(
  { max, usual }: { readonly max: number | undefined; readonly usual: number | undefined },
  last: LastCap | undefined,
): Wish {
  if (max !== undefined) return { wanted: max, least: max };
  return afterCap({ wanted: usual && MARGIN * usual, least: usual ?? MIN_USD }, last);
}

function minutesFor(
  { task, record }: TaskView,
  { config, usual }: { readonly config: Config; readonly usual: number | undefined },
): Wish {
  const next = nextDispatch(record);
  const { minutes } = attemptLeft({ ...record, attempt: next.attempt }, { task, config });
  const most = Math.min(config.slice, minutes);
  const least = Math.min(most, usual ?? MIN_MINUTES);
  return { wanted: usual && MARGIN * usual, least, most };
}

/** The slice before ended because its agent, or its reviewer, had spent what it was allowed. */
interface LastCap {
  readonly isReviewer: boolean;
  readonly cap: number;
  /** It came to little with it. */
  readonly isIdle: boolean;
}

function lastCap({ history }: TaskRecord): LastCap | undefined {
  const last = history.at(-1);
  if (last?.cause?.kind !== 'cap-reached') return undefined;
  const isReviewer = last.cause.by === 'reviewer';
  const spent = (isReviewer ? last.account?.reviewer?.usd : last.account?.usd) ?? 0;
  const cap = last.cause.usd;
  return { isReviewer, cap, isIdle: (!isReviewer && last.stalled === true) || spent < cap / 2 };
}

/** Slices that end at their cap get twice as much each time. One that came to little with it is not started with less. */
function afterCap(wish: Wish, last: LastCap | undefined): Wish {
  if (!last) return wish;
  const more = 2 * last.cap;
  return { wanted: Math.max(wish.wanted ?? 0, more), least: last.isIdle ? more : Math.min(wish.least, MIN_USD) };
}
