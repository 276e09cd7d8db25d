import type { BudgetAmounts, ModelPrice } from './budget-fields.ts';
import type { ConfigFile } from './config-schema.ts';
import type { Agent, AgentRoute } from './default-routes.ts';
import { matchesGlob } from './glob.ts';
import type { Locate, TextFinding } from './position.ts';

type Budgeted = Pick<ConfigFile, 'budget'>;

/** The amounts that a limit may be set on. */
export const UNITS = ['usd', 'runs', 'minutes'] as const;

export type Unit = (typeof UNITS)[number];

/** Stands for every wave or agent type without an entry of its own. */
const EACH = 'each';

export function limitsOfWave({ budget }: Budgeted, wave: number): BudgetAmounts {
  return ownOrEach(budget.wave, String(wave));
}

export function limitsOfAgent({ budget }: Budgeted, type: string): BudgetAmounts {
  return ownOrEach(budget.agent, type);
}

const NONE: BudgetAmounts = {};

function ownOrEach(limits: Readonly<Record<string, BudgetAmounts>>, key: string): BudgetAmounts {
  if (Object.hasOwn(limits, key)) return limits[key] ?? NONE;
  return limits[EACH] ?? NONE;
}

/** Whether anything is bounded by this unit at all; without a unit, whether anything is bounded. */
export function hasLimit({ budget }: Budgeted, unit?: Unit): boolean {
  const all = [budget.plan ?? NONE, ...Object.values(budget.wave), ...Object.values(budget.agent)];
  return all.some((limits) => (unit ? [unit] : UNITS).some((one) => limits[one] !== undefined));
}

/** The same without limits in dollars. */
export function withoutDollars({ plan, wave, agent }: ConfigFile['budget']): ConfigFile['budget'] {
  const without = ({ usd, ...others }: BudgetAmounts): BudgetAmounts => others;
  const each = (limits: Readonly<Record<string, BudgetAmounts>>) =>
    Object.fromEntries(Object.entries(limits).map(([name, amounts]) => [name, without(amounts)]));
  return { ...(plan && { plan: without(plan) }), wave: each(wave), agent: each(agent) };
}

/** A price with the names it is for: `*` stands for any text. */
export interface PricedModels extends ModelPrice {
  readonly match: string;
}

/** In the order of the file. */
export function pricedModels({ prices }: Pick<ConfigFile, 'prices'>): readonly PricedModels[] {
  const { actions_minute: _, ...models } = prices;
  return Object.entries(models).map(([match, price]) => ({ match, ...price }));
}

/** The first price whose names match; undefined where none does. */
export function priceOf(model: string, prices: readonly PricedModels[]): PricedModels | undefined {
  return prices.find(({ match }) => matchesGlob(model, match));
}

/** Adapters whose programs tell what they cost. */
const TELLS_COST: ReadonlySet<Agent['run']> = new Set(['claude']);

interface Config extends Pick<ConfigFile, 'budget' | 'prices' | 'escalate_model'> {
  readonly agents: Readonly<Record<string, Agent>>;
  readonly routes: readonly AgentRoute[];
}

interface Written {
  /** Agent types with an entry in the file. */
  readonly written: readonly string[];
  readonly locate: Locate;
}

/**
 * Limits that nobody could keep: of dollars, for an agent whose cost nobody learns; and of agent types that there are not.
 */
export function budgetFindings(config: Config, { written, locate }: Written): readonly TextFinding[] {
  const known = Object.keys(config.agents);
  const strange = Object.keys(config.budget.agent)
    .filter((type) => type !== EACH && !known.includes(type))
    .map((type) => ({
      offset: locate(['budget', 'agent', type], 'key'),
      message: `there is no agent type \`${type}\`; add it under \`agents\`, or name one of ${known.join(', ')}, or \`each\``,
    }));
  return [...strange, ...written.flatMap((type) => unpriced(type, { config, locate }))];
}

function unpriced(
  type: string,
  { config, locate }: { readonly config: Config; readonly locate: Locate },
): readonly TextFinding[] {
  const agent = config.agents[type];
  if (!agent || TELLS_COST.has(agent.run) || !isBounded(type, config)) return [];
  const offset = locate(['agents', type, 'run']);
  if (agent.run === 'command')
    return [
      {
        offset,
        message: `a limit in \`usd\` cannot be kept for \`${type}\`: nobody learns what a program of your own costs; limit its \`runs\` or \`minutes\` in \`budget\` instead`,
      },
    ];
  const prices = pricedModels(config);
  const models = modelsOf(type, config);
  const missing = models.find((model) => priceOf(model, prices) === undefined);
  if (prices.length > 0 && missing === undefined) return [];
  const name = missing ?? '*';
  return [
    {
      offset,
      message: `a limit in \`usd\` cannot be kept for \`${type}\`: \`run: ${agent.run}\` does not tell its cost, and \`prices\` has none for ${missing === undefined ? 'its model' : `\`${missing}\``}; write what a million tokens cost, prices: { "${name}": { input: 1.25, output: 10 } }, or limit \`runs\` or \`minutes\``,
    },
  ];
}

/** Whether a limit in dollars speaks of what this type spends. */
function isBounded(type: string, { budget }: Config): boolean {
  const limits = [budget.plan ?? NONE, ...Object.values(budget.wave), ownOrEach(budget.agent, type)];
  return limits.some(({ usd }) => usd !== undefined);
}

/** Those that the configuration names for it. */
function modelsOf(type: string, { agents, routes, escalate_model }: Config): readonly string[] {
  const routed = routes.flatMap(({ agent, model }) => (agent === type && model !== undefined ? [model] : []));
  const own = agents[type]?.model;
  return [...(own === undefined ? [] : [own]), ...routed, ...(escalate_model === 'off' ? [] : [escalate_model])];
}
