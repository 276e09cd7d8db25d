import { millis } from '../../state/snapshot.ts';
import type { TaskView } from '../../state/task-view.ts';

/** Beyond these the clock or the estimates are wrong, and a forecast made from them would be too. */
const MIN_PACE = 1 / 10_000;
const MAX_PACE = 20;

const MINUTE = 60_000;

/**
 * What finished tasks took over what was estimated; 1 while there are none.
 * Median, so that one task that hung over a weekend does not move the whole plan.
 */
export function paceOf(tasks: readonly TaskView[]): number {
  const ratios = tasks
    .flatMap((view) => {
      const spent = view.unverified ? undefined : minutesSpent(view);
      return spent === undefined ? [] : [spent / view.task.minutes];
    })
    .toSorted((a, b) => a - b);
  const middle = ratios.length >> 1;
  const upper = ratios[middle];
  if (upper === undefined) return 1;
  const median = ratios.length % 2 === 1 ? upper : ((ratios[middle - 1] ?? upper) + upper) / 2;
  return Math.min(MAX_PACE, Math.max(MIN_PACE, median));
}

/** Minutes of work in the attempt that completed the task; earlier attempts and pauses say nothing about estimates. */
function minutesSpent(view: TaskView): number | undefined {
  if (view.state !== 'completed' || view.startedAt === undefined || view.completedAt === undefined) return undefined;
  const { attempt, history } = view.record;
  const slices = history.filter((past) => past.attempt === attempt);
  const spent =
    slices.length > 0
      ? slices.reduce((sum, past) => sum + millis(past.ended) - millis(past.sent), 0)
      : millis(view.completedAt) - millis(view.startedAt);
  return Math.max(0, spent) / MINUTE;
}

/** Milliseconds of work of the current attempt that a checkpoint saved. */
export function spentInSlices({ record }: TaskView): number {
  return record.history
    .filter(({ attempt, outcome }) => attempt === record.attempt && outcome === 'continued')
    .reduce((sum, { sent, ended }) => sum + Math.max(0, millis(ended) - millis(sent)), 0);
}
