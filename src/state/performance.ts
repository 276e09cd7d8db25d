import type { Config } from '../plan/config.ts';
import { agentAndModel } from '../plan/route.ts';
import { toldAmount } from './amounts.ts';
import type { PastDispatch } from './record.ts';
import { isCostKnown, spentBy, wasRun } from './spending.ts';
import type { TaskView } from './task-view.ts';
import { minutesTaken } from './work-time.ts';

/** What an agent type with one model came to: what it cost, and what it was worth. */
export interface Performance {
  /** Agent type, and model as it was asked for; `default` for the agent's own choice. */
  readonly type: string;
  readonly model: string;
  /** Tasks whose work it landed, and those of them that needed one attempt. */
  readonly landed: number;
  readonly firstTry: number;
  readonly runs: number;
  /** US dollars of all its runs, those that came to nothing, too. */
  readonly usd: number;
  /** Runs whose cost nobody told: they count for what they were allowed. */
  readonly unknown: number;
  /** Minutes that the landed tasks took, and that were estimated for the same ones. */
  readonly minutes: number;
  readonly estimated: number;
}

/** By agent type and model, in the order of their names. */
export function performanceOf(
  tasks: readonly TaskView[],
  config: Pick<Config, 'agents' | 'routes'>,
): readonly Performance[] {
  const rows = new Map<string, Performance>();
  const add = ({ type, model }: Pick<Performance, 'type' | 'model'>, more: Partial<Performance>): void => {
    const key = JSON.stringify([type, model]);
    rows.set(key, plus(rows.get(key) ?? { ...NONE, type, model }, more));
  };
  for (const view of tasks) {
    const { task, record } = view;
    const routed = agentAndModel(task, config);
    const now = { type: routed.agent, model: routed.model };
    for (const { runs, usd, ...of } of record.spentBefore ?? [])
      add(of.type === '' ? now : of, { runs, usd: toldAmount(usd) ?? 0 });
    for (const past of record.history) {
      if (!wasRun(past)) continue;
      add(past.account ?? now, { runs: 1, usd: spentBy(past).spent.usd, unknown: isCostKnown(past) ? 0 : 1 });
      const { reviewer } = past.account ?? {};
      if (reviewer) add(reviewer, { usd: toldAmount(reviewer.usd) ?? 0 });
    }
    const landing = landingOf(view);
    if (!landing) continue;
    const taken = minutesTaken(view);
    add(landing.account ?? now, {
      landed: 1,
      firstTry: record.attempt === 1 ? 1 : 0,
      ...(taken === undefined ? {} : { minutes: taken, estimated: task.minutes }),
    });
  }
  return [...rows.values()].sort((a, b) => compare(a.type, b.type) || compare(a.model, b.model));
}

const NONE = { landed: 0, firstTry: 0, runs: 0, usd: 0, unknown: 0, minutes: 0, estimated: 0 };

function plus(row: Performance, more: Partial<Performance>): Performance {
  const sums = Object.keys(NONE).map((key) => {
    const field = key as keyof typeof NONE;
    return [field, row[field] + (more[field] ?? 0)];
  });
  return { ...row, ...Object.fromEntries(sums) };
}

/** The last dispatch of a task whose work is on the base. */
function landingOf({ state, record }: TaskView): PastDispatch | undefined {
  const { done } = record;
  if (state !== 'completed' || (done?.commit === undefined && done?.pull === undefined)) return undefined;
  return record.history.findLast(({ run }) => run === done.run) ?? record.history.at(-1);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** What one landed task has cost on average, all runs counted; undefined while none has landed or nothing is known. */
export function costPerLanded({ usd, landed }: Performance): number | undefined {
  return landed === 0 || usd === 0 ? undefined : usd / landed;
}
