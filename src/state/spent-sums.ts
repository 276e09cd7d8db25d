import { toldAmount } from './amounts.ts';
import type { PastDispatch, TaskRecord } from './record.ts';
import { wasRun } from './spending.ts';

/** What several dispatches have spent together, by wave, agent type and model. */
export type SpentBefore = NonNullable<TaskRecord['spentBefore']>;

/** @returns The sums with a dispatch that is over. */
export function addPast(sums: SpentBefore, past: PastDispatch): SpentBefore {
  const { account, cost_usd } = past;
  if (!wasRun(past)) return sums;
  const { unknown, reviewer, ...one } = account ?? { type: '', model: '', usd: cost_usd, reviewer: undefined };
  const added = addSpent(sums, { ...one, runs: 1 });
  if (!reviewer) return added;
  const { unknown: _, ...its } = reviewer;
  return addSpent(added, { ...(account?.wave === undefined ? {} : { wave: account.wave }), ...its, runs: 0 });
}

/** @returns The sums with one more in that of its wave, agent type and model. */
export function addSpent(sums: SpentBefore, one: SpentBefore[number]): SpentBefore {
  const before = sums.find((other) => other.wave === one.wave && other.type === one.type && other.model === one.model);
  const sum = {
    ...one,
    usd: (before?.usd ?? 0) + (toldAmount(one.usd) ?? 0),
    minutes: (before?.minutes ?? 0) + (toldAmount(one.minutes) ?? 0),
    runs: (before?.runs ?? 0) + one.runs,
  };
  return [...sums.filter((other) => other !== before), sum];
}
