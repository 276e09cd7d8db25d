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
    const account = record.done && record.history.at(-1)?.account;
    if (account === undefined) continue;
    const reviewed = attemptReviews(record);
    const all = attemptCost(record);
    const usd = all === undefined ? undefined : Math.max(0, all - reviewed.usd);
    const kinds: readonly (LikeTask & Usual)[] = [
      {
        category: task.category,
        type: account.type,
        usd,
        minutes: Math.max(0, attemptWork(record) - reviewed.minutes),
      },
      ...(account.reviewer
        ? [{ category: task.category, type: account.reviewer.type, isReviewer: true, ...reviewed }]
        : []),
    ];
    for (const kind of kinds)
      for (const key of keysOf(kind)) {
        const sums = known.get(key) ?? { usd: [], minutes: [] };
        known.set(key, sums);
        if (kind.usd) sums.usd.push(kind.usd);
        if (kind.minutes) sums.minutes.push(kind.minutes);
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
  /** It reviews what others did: that costs something else. */
  readonly isReviewer?: boolean;
}

/** The narrower first. */
function keysOf({ category, type, isReviewer = false }: LikeTask): readonly string[] {
  const whole = JSON.stringify([isReviewer, type]);
  return [...(category === undefined ? [] : [JSON.stringify([isReviewer, type, category])]), whole];
}

/** What reviewers took of what the newest attempt took, as far as they told it. */
function attemptReviews({ attempt, history }: TaskView['record']): { readonly usd: number; readonly minutes: number } {
  const known = history.flatMap((past) => (past.attempt === attempt ? (past.account?.reviewer ?? []) : []));
  const told = known.filter(({ unknown }) => !unknown);
  return {
    usd: told.reduce((sum, { usd = 0 }) => sum + usd, 0),
    minutes: told.reduce((sum, { minutes = 0 }) => sum + minutes, 0),
  };
}

function attemptWork({ attempt, history }: TaskView['record']): number {
  return history.reduce((sum, past) => (past.attempt === attempt ? sum + (past.seconds ?? 0) / 60 : sum), 0);
}
