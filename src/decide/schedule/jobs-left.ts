import type { Graph } from '../../plan/graph.ts';
import type { Plan, TaskId } from '../../plan/plan.ts';
import { retryAt } from '../../state/failures.ts';
import { millis } from '../../state/snapshot.ts';
import { mayStart, priorityIn, type TaskView } from '../../state/task-view.ts';
import type { Timings } from '../../state/timings.ts';
import { foreseeable } from './foreseeable.ts';
import { type Pace, spentInSlices } from './pace.ts';
import type { RemainingJob } from './search/indexed-jobs.ts';

export interface LeftInput {
  readonly plan: Plan;
  readonly graph: Graph;
  readonly tasks: readonly TaskView[];
  /** Minutes of the longest path through the plan that begins with each task. */
  readonly ranks: ReadonlyMap<TaskId, number>;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly timings: Timings;
  /** Tasks that may start in a moment. */
  readonly soon?: ReadonlySet<TaskId>;
  /** That of these tasks. */
  readonly pace: Pace;
}

const MINUTE = 60_000;

/**
 * What is left of a plan, as far as it goes on without a person: held tasks and those that need somebody are left out,
 * and so is all that waits for them. Estimates are corrected by the pace so far, of each category by its own.
 */
export function jobsLeft(input: LeftInput): readonly RemainingJob[] {
  const { graph, tasks, pace } = input;
  const foreseen = foreseeable(graph, tasks);
  return tasks.flatMap((view, place): readonly RemainingJob[] => {
    const { task, record, state } = view;
    const holds = record.live !== undefined;
    // Work in review holds no slot, and what it needs is a review: it is taken as about to be merged.
    if (!holds && (state === 'in-review' || foreseen[place] === 0)) return [];
    const rank = input.ranks.get(task.id) ?? 0;
    const job = { id: task.id, place, rank, priority: priorityIn(view), touches: task.touches };
    if (holds) return [{ ...job, needs: [], minutes: restOf(view, { pace, now: input.now }), state: 'running' }];
    const minutes = Math.max(1, task.minutes * pace.of(task) - spentInSlices(view) / MINUTE);
    if (mayStart(view) || input.soon?.has(task.id)) return [{ ...job, needs: [], minutes, state: 'ready' }];
    const wait = Math.max(0, Math.max(retryAt(record, input.timings), view.until ?? 0) - input.now) / MINUTE;
    return [{ ...job, needs: task.dependencies, minutes, state: 'later', wait }];
  });
}

/** A task that takes longer than it should may end at any moment. */
function restOf(view: TaskView, { pace, now }: { readonly pace: Pace; readonly now: number }): number {
  const sent = view.record.live ? millis(view.record.live.sent) : now;
  return Math.max(1, view.task.minutes * pace.of(view.task) - (spentInSlices(view) + Math.max(0, now - sent)) / MINUTE);
}
