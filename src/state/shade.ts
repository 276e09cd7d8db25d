import type { TaskState, TaskView } from './task-view.ts';

/** The states of tasks as people are shown them. */
export type Shade = TaskState | 'stuck';

/** A blocked task is shown as stuck when waiting alone will not free it. */
export function shadeOf({ state, stuck }: Pick<TaskView, 'state' | 'stuck'>): Shade {
  return state === 'blocked' && stuck ? 'stuck' : state;
}
