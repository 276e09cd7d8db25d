import type { Config } from '../plan/config.ts';
import { formatMinutes } from '../plan/estimate.ts';
import type { Plan } from '../plan/plan.ts';
import { dollars } from '../state/amounts.ts';
import { amountText, keyOf, type LimitUse, leftOf, limitUses, whoseText } from '../state/budget-limits.ts';
import { CONFIG_PATH } from '../state/names.ts';
import type { Spending } from '../state/spending.ts';
import { counted } from './words.ts';

/** What people read of what a plan spends. */

interface Spends {
  readonly plan: Pick<Plan, 'waves'>;
  readonly config: Pick<Config, 'budget'>;
  readonly spending: Spending;
}

/** Of limits of waves and agent types so many are shown: those that are nearest to their end. */
const MAX_OTHERS = 3;

/**
 * What is spent, what is reserved for what runs, and the limit of both: one line of Markdown without a full stop.
 * @returns Undefined where nothing is bounded and no cost is known.
 */
export function spendingMeter({ spending, ...of }: Spends): string | undefined {
  const uses = limitUses(of, spending);
  const whole = uses.filter(({ scope }) => scope === 'plan');
  const { spent, reserved, unknown } = spending.plan;
  if (uses.length === 0 && spent.usd === 0) return undefined;
  const others = uses
    .filter((use) => use.scope !== 'plan' && use.spent + use.reserved > 0)
    .sort((a, b) => shareOf(b) - shareOf(a))
    .slice(0, MAX_OTHERS);
  const unbounded = [
    ...(spent.usd > 0 && !bounds(whole, 'usd') ? [`${dollars(spent.usd)} spent`] : []),
    ...(bounds(whole, 'runs') ? [] : [counted(spent.runs + reserved.runs, 'run')]),
    ...(bounds(whole, 'minutes') || spent.minutes < 1
      ? []
      : [`${formatMinutes(Math.round(spent.minutes))} of agent work`]),
  ];
  return [
    ...whole.map((use) => useText(use)),
    ...unbounded,
    ...others.map((use) => `${whoseText(use)}: ${useText(use)}`),
    ...(unknown === 0 || spent.usd + reserved.usd === 0 ? [] : [`the cost of ${counted(unknown, 'run')} is not known`]),
  ].join(' · ');
}

function bounds(uses: readonly LimitUse[], unit: LimitUse['unit']): boolean {
  return uses.some((use) => use.unit === unit);
}

function shareOf({ spent, reserved, limit }: LimitUse): number {
  return (spent + reserved) / limit;
}

/** `$12.40 spent and $6.00 reserved of $200.00`. */
function useText({ unit, spent, reserved, limit }: LimitUse): string {
  const held = reserved > 0 ? ` and ${amountText(reserved, unit)} reserved` : '';
  return `${amountText(spent, unit)} spent${held} of ${amountText(limit, unit)}`;
}

/** Said once, when four fifths of a limit are gone. */
export function budgetWarning(use: LimitUse): string {
  const percent = Math.floor((100 * use.spent) / use.limit + 1e-6);
  return `**${percent}% of the budget ${whoseText(use)} is spent**: ${useText(use)}. Nothing stops yet. When it is used up, running tasks finish, nothing new starts, and you are asked here. To have more, raise \`${keyOf(use)}\` in \`${CONFIG_PATH}\`.`;
}

interface Asked {
  /** Logins, and teams as `owner/team`. */
  readonly people: readonly string[];
  /** Tasks that are not done. */
  readonly left: number;
}

/** Asked once, when nothing more fits into a limit. */
export function budgetQuestion(use: LimitUse, { people, left }: Asked): string {
  const mentions = people.length === 0 ? '' : `${people.map((name) => `@${name}`).join(' ')} `;
  const more =
    leftOf(use) > 0 ? `; what is left, ${amountText(leftOf(use), use.unit)}, is less than the next task needs` : '';
  return [
    `${mentions}**The budget ${whoseText(use)} is used up**: ${useText(use)}${more}. ${counted(left, 'task')} ${left === 1 ? 'is' : 'are'} not done. Running tasks finish, and nothing new starts.`,
    `Raise it, or stop?\n\n- **Raise it**: write a higher \`${keyOf(use)}\` into \`${CONFIG_PATH}\` on the default branch. The plan goes on by itself.\n- **Stop**: leave it as it is; nothing more is spent. To have it over, close this issue as not planned.`,
  ].join('\n\n');
}
