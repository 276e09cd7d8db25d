import type { AgentReport } from '../protocol/assignment.ts';

/**
 * What several programs used together. The words and the session are those of the first. What none of them tells stays
 * untold; where only some tell, the sum is of those.
 */
export function addUsage(first: AgentReport, others: readonly AgentReport[]): AgentReport {
  return others.reduce(add, first);
}

/** The same with what reviewers used: of that is told apart how much it was. */
export function addReview(sum: AgentReport, reports: readonly AgentReport[]): AgentReport {
  const [first, ...others] = reports;
  if (!first) return sum;
  const { cost_usd, cost_partial, seconds } = addUsage(first, others);
  const known = sum.reviewer;
  const here = { ...NOTHING_SAID, cost_usd, seconds, ...(cost_partial ? { cost_partial } : {}) };
  const both = known ? addUsage({ ...NOTHING_SAID, ...known }, [here]) : here;
  return {
    ...addUsage(sum, reports),
    reviewer: {
      ...(both.cost_usd === undefined ? {} : { cost_usd: both.cost_usd }),
      ...(both.cost_partial ? { cost_partial: true } : {}),
      seconds: both.seconds,
    },
  };
}

const NOTHING_SAID = { summary: '' };

function add(sum: AgentReport, other: AgentReport): AgentReport {
  const { turns, tokens, models, cost_usd, seconds } = other;
  return {
    summary: sum.summary,
    session: sum.session,
    turns: plus(sum.turns, turns),
    tokens: tokensOf(sum.tokens, tokens),
    models: modelsOf(sum.models, models),
    cost_usd: plus(sum.cost_usd, cost_usd),
    ...(isPartial(sum, other) ? { cost_partial: true } : {}),
    seconds: Math.round((sum.seconds + seconds) * 10) / 10,
    ...((sum.reviewer ?? other.reviewer) ? { reviewer: sum.reviewer ?? other.reviewer } : {}),
  };
}

/** One of them ran and told no cost, or not all of it, and another did. */
function isPartial(one: AgentReport, other: AgentReport): boolean {
  if (one.cost_partial || other.cost_partial) return true;
  const [isTold, isOtherTold] = [one, other].map(({ cost_usd, seconds }) => cost_usd !== undefined || seconds === 0);
  return isTold !== isOtherTold;
}

function plus(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? other : one + (other ?? 0);
}

function tokensOf(one: AgentReport['tokens'], other: AgentReport['tokens']): AgentReport['tokens'] {
  if (!one || !other) return one ?? other;
  return { input: one.input + other.input, output: one.output + other.output, cached: one.cached + other.cached };
}

function modelsOf(one: AgentReport['models'], other: AgentReport['models']): AgentReport['models'] {
  if (!one || !other) return one ?? other;
  const sums = Object.entries(other).map(([model, tokens]) => [model, tokensOf(one[model], tokens)]);
  return { ...one, ...Object.fromEntries(sums) };
}
