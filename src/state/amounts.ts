import type { BudgetAmounts } from '../plan/budget-fields.ts';

/** How much of each of the things that a budget bounds. */
export type Amounts = Required<BudgetAmounts>;

export const NOTHING: Amounts = { usd: 0, runs: 0, minutes: 0 };

/** Nobody means more: a sum of many of them is a number still. */
const MAX_AMOUNT = 1e9;

/** What is reported, as far as it can be meant: an amount that is none, below nothing or beyond all reason is not told. */
export function toldAmount(value: number | undefined): number | undefined {
  return value !== undefined && value >= 0 && value <= MAX_AMOUNT ? value : undefined;
}

/** `$12.40`; of less than a cent, as much as says something. */
export function dollars(amount: number): string {
  return amount > 0 && amount < 0.01 ? `$${Number(amount.toPrecision(2))}` : `$${amount.toFixed(2)}`;
}
