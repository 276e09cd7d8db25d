import type { Config } from '../plan/config.ts';
import { remainingPath } from '../plan/critical-path.ts';
import type { Graph } from '../plan/graph.ts';
import type { Plan, TaskId } from '../plan/plan.ts';
import type { TaskView } from '../state/task-view.ts';
import { overlaps } from './touches.ts';

/** A ready task and the slot it gets. */
export interface Choice {
  readonly task: TaskId;
  readonly agent: string;
}

export interface Chosen {
  readonly choices: readonly Choice[];
  /** Ready tasks that wait for a running one because both change the same files. */
  readonly deferred: ReadonlyMap<TaskId, TaskId>;
}

/**
 * Gives free slots to ready tasks, the longest remaining path through the graph first; of equal ones the first in
 * the plan. Tasks whose `touches` overlap a running task, or one chosen before them, wait.
 */
export function choose({ plan, graph, config, tasks }: ChooseInput): Chosen {
  // A task that a person closed while it ran is completed, and its run holds its slot to the end all the same.
  const running = tasks.filter(({ record }) => record.live !== undefined);
  const free = freeSlots(running, config.max_parallel);
  const remaining = remainingPath(plan, graph);
  const ready = tasks
    .filter(({ state, issue }) => state === 'ready' && issue !== undefined)
    .map((view, index) => ({ view, index, path: remaining.get(view.task.id) ?? 0 }))
    .sort((a, b) => b.path - a.path || a.index - b.index);

  const busy = running.map(({ task }) => task);
  const choices: Choice[] = [];
  const deferred = new Map<TaskId, TaskId>();
  for (const { view } of ready) {
    const agent = free[choices.length];
    if (agent === undefined) break;
    const other = busy.find((task) => overlaps(task.touches, view.task.touches));
    if (other) {
      deferred.set(view.task.id, other.id);
    } else {
      choices.push({ task: view.task.id, agent });
      busy.push(view.task);
    }
  }
  return { choices, deferred };
}

export interface ChooseInput {
  readonly plan: Plan;
  readonly graph: Graph;
  readonly config: Config;
  readonly tasks: readonly TaskView[];
}

/** Slots that nobody holds, lowest first, as many as may still start. */
function freeSlots(running: readonly TaskView[], slots: number): readonly string[] {
  const taken = new Set(running.map(({ record }) => record.live?.agent));
  const names = Array.from({ length: slots }, (_, index) => `A${index + 1}`).filter((name) => !taken.has(name));
  return names.slice(0, Math.max(0, slots - running.length));
}
