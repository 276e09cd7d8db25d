import { UNKNOWN_SLOT } from '../../state/names.ts';
import type { TaskView } from '../../state/task-view.ts';

/** The slot that runs the task, or ran it last; undefined where nobody knows. */
export function slotOf(view: TaskView): string | undefined {
  const slot = view.record.live?.agent ?? view.record.history.at(-1)?.agent;
  return slot === UNKNOWN_SLOT ? undefined : slot;
}
