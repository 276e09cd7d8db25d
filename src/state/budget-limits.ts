import { limitsOfAgent, limitsOfWave, UNITS, type Unit } from '../plan/budget.ts';
import type { BudgetAmounts } from '../plan/budget-fields.ts';
import type { Config } from '../plan/config.ts';
import { formatMinutes } from '../plan/estimate.ts';
import type { Plan } from '../plan/plan.ts';
import { dollars } from './amounts.ts';
import { inline } from './markdown.ts';
import { type Spending, type Spent, UNSPENT } from './spending.ts';

/** One amount that the configuration bounds. */
export interface BudgetLimit {
  readonly scope: 'plan' | 'wave' | 'agent';
  /** Number of the wave, or name of the agent type; empty for the plan. */
  readonly name: string;
  readonly unit: Unit;
  readonly limit: number;
}

/** The same, with what of it is gone. */
export interface LimitUse extends BudgetLimit {
  readonly spent: number;
  /** What outstanding dispatches may still spend. */
  readonly reserved: number;
}

/** Sums of dollars are no whole numbers: less than this is nothing. */
export const TRIFLE = 1e-6;

/** What is left of a limit. */
export function leftOf({ limit, spent, reserved }: Pick<LimitUse, 'limit' | 'spent' | 'reserved'>): number {
  return Math.max(0, limit - spent - reserved);
}

/** What bounds a dispatch of this wave and agent type. */
export function limitsOn(
  { wave, type }: { readonly wave: number; readonly type: string },
  config: Pick<Config, 'budget'>,
): readonly BudgetLimit[] {
  return [
    ...limitsIn({ scope: 'plan', name: '' }, config.budget.plan),
    ...limitsIn({ scope: 'wave', name: String(wave) }, limitsOfWave(config, wave)),
    ...limitsIn({ scope: 'agent', name: type }, limitsOfAgent(config, type)),
  ];
}

/** Every limit that speaks of something: of waves that the plan has, and of agent types that have spent, or have one of their own. */
export function limitUses(
  { plan, config }: { readonly plan: Pick<Plan, 'waves'>; readonly config: Pick<Config, 'budget'> },
  spending: Spending,
): readonly LimitUse[] {
  const types = [...new Set([...spending.agents.keys(), ...Object.keys(config.budget.agent)])].sort();
  const limits = [
    ...limitsIn({ scope: 'plan', name: '' }, config.budget.plan),
    ...plan.waves.flatMap(({ number }) =>
      limitsIn({ scope: 'wave', name: String(number) }, limitsOfWave(config, number)),
    ),
    ...types
      .filter((type) => type !== 'each')
      .flatMap((type) => limitsIn({ scope: 'agent', name: type }, limitsOfAgent(config, type))),
  ];
  return limits.map((limit) => useOf(limit, spending));
}

export function useOf(limit: BudgetLimit, spending: Spending): LimitUse {
  const { spent, reserved } = spentWithin(limit, spending);
  return { ...limit, spent: spent[limit.unit], reserved: reserved[limit.unit] };
}

/**
 * @returns One line of Markdown without a full stop: why a task waits that would need more than is left. What is left moves
 *   with all that runs, and stands in the meter.
 */
export function describeShort(limit: BudgetLimit): string {
  const whole = amountText(limit.limit, limit.unit);
  return `out of budget: too little is left of ${whole} ${whoseText(limit)}; it goes on when there is more, or \`${keyOf(limit)}\` is raised`;
}

/** `$12.40`, `3 runs`, `1h 20min`. */
export function amountText(amount: number, unit: Unit): string {
  switch (unit) {
    case 'usd':
      return dollars(amount);
    case 'runs':
      return `${amount} ${amount === 1 ? 'run' : 'runs'}`;
    case 'minutes':
      return amount < 1 ? `${Math.round(amount * 60)}s` : formatMinutes(Math.round(amount));
  }
}

/** Whom a limit is for: `for wave 2`. */
export function whoseText({ scope, name }: Pick<BudgetLimit, 'scope' | 'name'>): string {
  if (scope === 'plan') return 'for the plan';
  return scope === 'wave' ? `for wave ${name}` : `for agent type ${inline(name)}`;
}

/** Where the configuration has it. */
export function keyOf({ scope, name, unit }: Pick<BudgetLimit, 'scope' | 'name' | 'unit'>): string {
  return scope === 'plan' ? `budget.plan.${unit}` : `budget.${scope}.${name}.${unit}`;
}

export function isSameLimit(
  one: Pick<BudgetLimit, 'scope' | 'name' | 'unit'>,
  other: Pick<BudgetLimit, 'scope' | 'name' | 'unit'>,
): boolean {
  return one.scope === other.scope && one.name === other.name && one.unit === other.unit;
}

function spentWithin({ scope, name }: BudgetLimit, { plan, waves, agents }: Spending): Spent {
  switch (scope) {
    case 'plan':
      return plan;
    case 'wave':
      return waves.get(Number(name)) ?? UNSPENT;
    case 'agent':
      return agents.get(name) ?? UNSPENT;
  }
}

function limitsIn(of: Pick<BudgetLimit, 'scope' | 'name'>, amounts: BudgetAmounts = {}): readonly BudgetLimit[] {
  return UNITS.flatMap((unit) => {
    const limit = amounts[unit];
    return limit === undefined ? [] : [{ ...of, unit, limit }];
  });
}
