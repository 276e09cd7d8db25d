import { keyOf, type LimitUse, leftOf, TRIFLE } from '../../state/budget-limits.ts';

/** What those who work on one dispatch get of what is left of the limits on them. */

export interface Wish {
  /** As much as it should have; undefined where nobody knows: its share of what is left. */
  readonly wanted: number | undefined;
  /** With less it is not worth starting. */
  readonly least: number;
  /** The most that it can spend, whatever is left. */
  readonly most?: number;
}

/** A limit, and how many tasks what is left of it is for: those to come, or the free slots where they are more. */
export interface LimitLine extends LimitUse {
  readonly sharedBy: number;
}

/** Of what a dispatch gets where nobody knows what it takes, the part of whoever reviews the work. */
const REVIEW_SHARE = 0.2;

/**
 * @param wishes Of the agent, and of its reviewer, where there is one.
 * @param limits What bounds each of them.
 * @returns How much each gets, undefined where nothing bounds it; or the limit of which too little is left.
 */
export function divide(
  wishes: readonly Wish[],
  limits: readonly (readonly LimitLine[])[],
): { readonly amounts: readonly (number | undefined)[] } | { readonly short: LimitUse } {
  const lines = new Map(limits.flat().map((line) => [keyOf(line), line]));
  const keys = limits.map((own) => own.map(keyOf));
  let amounts = wishes.map((wish, nth) => {
    const parts = wishes.length === 1 ? 1 : nth === 0 ? 1 - REVIEW_SHARE : REVIEW_SHARE;
    const shares = (limits[nth] ?? []).map((line) => (parts * leftOf(line)) / line.sharedBy);
    const wanted = Math.max(wish.wanted ?? Math.min(...shares), wish.least);
    return Math.min(wanted, wish.most ?? Number.POSITIVE_INFINITY);
  });
  const leastOf = (nth: number) => Math.min(wishes[nth]?.least ?? 0, amounts[nth] ?? 0);
  for (const [key, line] of lines) {
    const left = leftOf(line);
    const within = [...wishes.keys()].filter((nth) => keys[nth]?.includes(key));
    const least = sum(within.map(leastOf));
    if (left + TRIFLE < least) return { short: line };
    const above = sum(within.map((nth) => (amounts[nth] ?? 0) - leastOf(nth)));
    const factor = above === 0 ? 1 : Math.min(1, Math.max(0, left - least) / above);
    amounts = amounts.map((amount, nth) =>
      within.includes(nth) ? leastOf(nth) + factor * (amount - leastOf(nth)) : amount,
    );
  }
  return { amounts: amounts.map((amount, nth) => (limits[nth]?.length ? rounded(amount) : undefined)) };
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((all, each) => all + each, 0);
}

/** Down: what is reserved is never more than there is. */
function rounded(amount: number): number {
  return Math.floor(amount / TRIFLE + 1e-3) * TRIFLE;
}
