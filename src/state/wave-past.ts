import { millis } from './instant.ts';
import type { TaskView } from './task-view.ts';
import { minutesTaken } from './work-time.ts';

/** What has happened in a wave, as far as it says something of what is to come. */
export interface WavePast {
  /** The latest moment that its tasks know (epoch milliseconds): minus infinity of none. */
  readonly latest: number;
  readonly finished: readonly FinishedTask[];
}

/** A finished task that somebody verified. */
export interface FinishedTask {
  readonly category: string | undefined;
  /** What it took over what was estimated. */
  readonly ratio: number;
}

export function wavePastOf(tasks: readonly TaskView[]): WavePast {
  return { latest: latestOf(tasks), finished: finishedAmong(tasks) };
}

export function finishedAmong(tasks: readonly TaskView[]): readonly FinishedTask[] {
  const finished: FinishedTask[] = [];
  for (const view of tasks) {
    const taken = view.unverified ? undefined : minutesTaken(view);
    if (taken !== undefined) finished.push({ category: view.task.category, ratio: taken / view.task.minutes });
  }
  return finished;
}

function latestOf(tasks: readonly TaskView[]): number {
  let latest = Number.NEGATIVE_INFINITY;
  const know = (at: string | undefined) => {
    if (at !== undefined) latest = Math.max(latest, millis(at));
  };
  for (const { startedAt, completedAt, record } of tasks) {
    know(startedAt);
    know(completedAt);
    know(record.live?.sent);
    for (const { sent, ended } of record.history) {
      know(sent);
      know(ended);
    }
  }
  return latest;
}
