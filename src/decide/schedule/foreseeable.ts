import type { TaskId } from '../../plan/plan.ts';
import { isOver } from '../../state/satisfied.ts';
import type { TaskView } from '../../state/task-view.ts';

/**
 * Tasks that will end without a person: they run, or may run, and wait for nothing but such tasks.
 * @param order Every task after all of its dependencies.
 */
export function foreseeable(order: readonly TaskId[], tasks: readonly TaskView[]): ReadonlySet<TaskId> {
  const views = new Map(tasks.map((view) => [view.task.id, view]));
  const foreseen = new Set<TaskId>();
  for (const id of order) {
    const view = views.get(id);
    if (view && runsByItself(view, { views, foreseen })) foreseen.add(id);
  }
  return foreseen;
}

function runsByItself(
  view: TaskView,
  { views, foreseen }: { readonly views: ReadonlyMap<TaskId, TaskView>; readonly foreseen: ReadonlySet<TaskId> },
): boolean {
  const open = view.task.dependencies.filter((id) => views.get(id)?.satisfied !== true);
  const willEnd = open.every((id) => {
    const dependency = views.get(id);
    // The issue of a completed task may still have to be closed; the next pass does it.
    return foreseen.has(id) || (dependency !== undefined && isOver(dependency));
  });
  switch (view.state) {
    case 'running':
    case 'in-review':
      return true;
    case 'ready':
    case 'retrying':
      return willEnd;
    case 'blocked':
      // With every dependency satisfied it is something outside the plan that blocks.
      return !view.stuck && open.length > 0 && willEnd;
    case 'held':
      // The limit of a model provider ends by itself; what people hold does not.
      return view.until !== undefined && willEnd;
    default:
      return false;
  }
}
