import { type LongestPaths, pathsBy } from '../../plan/critical-path.ts';
import type { Graph } from '../../plan/graph.ts';
import type { Plan, Task } from '../../plan/plan.ts';
import { millis } from '../../state/snapshot.ts';
import type { TaskView } from '../../state/task-view.ts';
import type { FinishedTask } from '../../state/wave-past.ts';
import { medianOf } from '../../state/work-time.ts';

/** Beyond these the clock or the estimates are wrong, and a forecast made from them would be too. */
const MIN_PACE = 1 / 10_000;
const MAX_PACE = 20;

/** So many tasks of a category have to be finished before they say something of the others. */
const MIN_OF_CATEGORY = 3;
/** A pace that differs by less is that of all tasks. */
const MIN_DIFFERENCE = 0.1;

/** What finished tasks took over what was estimated. */
export interface Pace {
  /** Of all tasks; 1 while none is finished. */
  readonly overall: number;
  /** What this task is expected to take over its estimate: as others of its category took, where enough of them tell. */
  readonly of: (task: Pick<Task, 'category'>) => number;
  /** No category has a pace of its own. */
  readonly isUniform: boolean;
}

/** Medians, so that one task that hung over a weekend does not move the whole plan. */
export function paceOf(finished: readonly (readonly FinishedTask[])[]): Pace {
  const all: number[] = [];
  const byCategory = new Map<string, number[]>();
  for (const part of finished) {
    for (const { category, ratio } of part) {
      all.push(ratio);
      if (category === undefined) continue;
      const ratios = byCategory.get(category);
      if (ratios) ratios.push(ratio);
      else byCategory.set(category, [ratio]);
    }
  }
  const overall = bounded(medianOf(all) ?? 1);
  const own = new Map(
    [...byCategory].flatMap(([category, ratios]): readonly (readonly [string, number])[] => {
      const pace = bounded(medianOf(ratios) ?? overall);
      const isOwn = ratios.length >= MIN_OF_CATEGORY && Math.abs(pace / overall - 1) >= MIN_DIFFERENCE;
      return isOwn ? [[category, pace]] : [];
    }),
  );
  return {
    overall,
    of: ({ category }) => (category === undefined ? undefined : own.get(category)) ?? overall,
    isUniform: own.size === 0,
  };
}

/** The longest paths through a plan by what its tasks are expected to take. */
export function pathsAtPace(plan: Plan, { graph, pace }: { readonly graph: Graph; readonly pace: Pace }): LongestPaths {
  return pathsBy(plan, graph, (task) => task.minutes * pace.of(task));
}

function bounded(pace: number): number {
  return Math.min(MAX_PACE, Math.max(MIN_PACE, pace));
}

/** Milliseconds of work of the current attempt that a checkpoint saved. */
export function spentInSlices({ record }: TaskView): number {
  let spent = 0;
  for (const { attempt, outcome, sent, ended } of record.history)
    if (attempt === record.attempt && outcome === 'continued') spent += Math.max(0, millis(ended) - millis(sent));
  return spent;
}
