import type { TaskId } from '../plan/plan.ts';
import { patchedMap } from './patched-map.ts';
import type { TaskRecord } from './record.ts';
import type { TaskView } from './task-view.ts';
import type { TrackedIssue } from './tracked-issue.ts';

/**
 * Tasks at which there may be something to do. Of a large plan in its middle nearly all are settled: what a pass before
 * found of them is true still (see `LastPass`), and every step leaves them as they are.
 */
export type ActiveTasks = ReadonlyMap<TaskId, number>;

/** Tasks with their issues, and which of them are active; undefined: all may be. */
export interface Tracked {
  readonly tasks: ReadonlyMap<TaskId, TrackedIssue<TaskRecord>>;
  readonly active?: ActiveTasks | undefined;
}

/**
 * Looks at those of the active tasks that have an issue, in order of number; at all where nothing is known. Every step of
 * a pass does: it takes no memory for the many at which there is nothing to do.
 */
export function eachActive(
  { tasks, active }: Tracked,
  look: (one: TrackedIssue<TaskRecord>, id: TaskId) => void,
): void {
  if (!active) {
    tasks.forEach(look);
    return;
  }
  for (const id of active.keys()) {
    const one = tasks.get(id);
    if (one) look(one, id);
  }
}

/** @returns Those of them that are so, and their ids. */
export function activeWhere(
  tracked: Tracked,
  isSo: (one: TrackedIssue<TaskRecord>, id: TaskId) => boolean,
): readonly (readonly [TaskId, TrackedIssue<TaskRecord>])[] {
  const found: (readonly [TaskId, TrackedIssue<TaskRecord>])[] = [];
  eachActive(tracked, (one, id) => {
    if (isSo(one, id)) found.push([id, one]);
  });
  return found;
}

/** @returns Tasks by their places in the plan, in order of the numbers of their issues. */
export function inOrderOfIssues(active: Iterable<readonly [TaskId, number]>, tasks: Tracked['tasks']): ActiveTasks {
  const numberOf = (id: TaskId) => tasks.get(id)?.issue.number ?? Number.POSITIVE_INFINITY;
  return new Map([...active].sort(([one], [other]) => numberOf(one) - numberOf(other)));
}

interface Found {
  readonly tasks: readonly TaskView[];
  /** The same of a pass before. */
  readonly before: { readonly tasks: readonly TaskView[] } | undefined;
}

/** @returns The same with those tasks active, too, of which something else is found than before. */
export function withChangedViews<T extends Tracked>(tracked: T, { tasks, before }: Found): T {
  if (!tracked.active || !before) return tracked;
  const active = new Map(tracked.active);
  for (let place = 0; place < tasks.length; place++) {
    const view = tasks[place] as TaskView;
    if (view !== before.tasks[place]) active.set(view.task.id, place);
  }
  if (active.size === tracked.active.size) return tracked;
  return { ...tracked, active: inOrderOfIssues(active, tracked.tasks) };
}

/** @returns The same in plan order, as views. */
export function activeViews({
  tracked: { active },
  tasks,
}: {
  readonly tracked: Pick<Tracked, 'active'>;
  readonly tasks: readonly TaskView[];
}): readonly TaskView[] {
  if (!active) return tasks;
  return [...active.values()].sort((a, b) => a - b).map((place) => tasks[place] as TaskView);
}

/** @param change Gives back the same value where there is nothing to change. @returns Likewise. */
export function changeActive(
  tracked: Tracked,
  change: (one: TrackedIssue<TaskRecord>) => TrackedIssue<TaskRecord>,
): Tracked['tasks'] {
  const changed = new Map<TaskId, TrackedIssue<TaskRecord>>();
  eachActive(tracked, (one, id) => {
    const next = change(one);
    if (next !== one) changed.set(id, next);
  });
  return withChanges(tracked, changed);
}

/** @returns The tasks with those changed; the same map where none is. */
export function withChanges({ tasks, active }: Tracked, changed: Tracked['tasks']): Tracked['tasks'] {
  if (active || changed.size === 0) return patchedMap(tasks, changed);
  // Who looks at every task looks quicker into a map of its own.
  const all = new Map(tasks);
  for (const [id, one] of changed) all.set(id, one);
  return all;
}
