import { attemptCost } from '../../state/attempts.ts';
import type { TaskView } from '../../state/task-view.ts';
import { medianOf } from '../../state/work-time.ts';

/** What tasks of one kind took so far: median dollars and minutes of the attempt that completed each. */
export interface Usual {
  readonly usd: number | undefined;
  readonly minutes: number | undefined;
}

/** @returns What like tasks took: those of the same category and agent type; where none has landed, of the same type. */
export function usualAmounts(tasks: readonly TaskView[]): (kind: LikeTask) => Usual {
  const known = new Map<string, { readonly usd: number[]; readonly minutes: number[] }>();
  for (const { record, task } of tasks) {
    const type = record.done && record.history.at(-1)?.account?.type;
    if (type === undefined) continue;
    const usd = attemptCost(record);
    const minutes = attemptWork(record);
    for (const key of keysOf({ category: task.category, type })) {
      const sums = known.get(key) ?? { usd: [], minutes: [] };
      known.set(key, sums);
      if (usd) sums.usd.push(usd);
      if (minutes) sums.minutes.push(minutes);
    }
  }
  const first = (kind: LikeTask, unit: keyof Usual) =>
    keysOf(kind)
      .map((key) => medianOf(known.get(key)?.[unit] ?? []))
      .find((median) => median !== undefined);
  return (kind) => ({ usd: first(kind, 'usd'), minutes: first(kind, 'minutes') });
}

export interface LikeTask {
  readonly category: string | undefined;
  readonly type: string;
}

/** The narrower first. */
function keysOf({ category, type }: LikeTask): readonly string[] {
  return [...(category === undefined ? [] : [JSON.stringify([type, category])]), JSON.stringify([type])];
}

function attemptWork({ attempt, history }: TaskView['record']): number {
  return history.reduce((sum, past) => (past.attempt === attempt ? sum + (past.seconds ?? 0) / 60 : sum), 0);
}
