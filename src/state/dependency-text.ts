import { inline } from './markdown.ts';
import type { TaskView } from './task-view.ts';

/** How a task that another one waits for stands, for the reason of that one. */
export function dependencyText({ task, issue, state, reason }: TaskView): string {
  const name = issue === undefined ? inline(task.id) : `${inline(task.id)} (#${issue})`;
  if (state === 'running' || state === 'in-review') return `${name}, ${reason}`;
  if (state === 'blocked') return `${name}, which waits itself`;
  if (state === 'completed') return `${name}, about to be closed`;
  if (state === 'lost') return `${name}, which is no longer on the base`;
  if (state === 'needs-human') return `${name}, which needs a person`;
  return `${name}, ${state}`;
}
