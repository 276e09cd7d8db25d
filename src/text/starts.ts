import { inline } from '../state/markdown.ts';
import { isOver } from '../state/satisfied.ts';
import type { TaskView } from '../state/task-view.ts';
import { standing } from './words.ts';

/** What people read who start a single task. */

const MAX_NAMED = 20;

/**
 * @param needs What the task needs and is not over, over as many steps as it takes, in plan order.
 * @returns What came of the start: what goes on now, or why nothing does.
 */
export function startAnswer(view: TaskView, needs: readonly TaskView[]): string {
  const name = `**${inline(view.task.id)}**`;
  if (isOver(view))
    return `${name} is not started: nothing of it is left to do (${view.reason}). Open its issue again to have it done once more.`;
  const waiting = needs.filter(({ state }) => state === 'held' || state === 'needs-human' || state === 'skipped');
  return [
    needs.length === 0
      ? `${name} is started; everything that it needs is done.`
      : `${name} is started, and with it what it needs: ${named(needs)}.`,
    `It is ${standing(view)}.`,
    ...(waiting.length === 0 ? [] : [['These wait for a person:', '', ...shown(waiting).map(waitingLine)].join('\n')]),
  ].join('\n\n');
}

function waitingLine(view: TaskView): string {
  return `- ${nameOf(view)}: ${view.reason}`;
}

function named(views: readonly TaskView[]): string {
  const more = views.length - MAX_NAMED;
  return `${shown(views).map(nameOf).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function shown(views: readonly TaskView[]): readonly TaskView[] {
  return views.slice(0, MAX_NAMED);
}

function nameOf({ task, issue }: TaskView): string {
  return issue === undefined ? inline(task.id) : `${inline(task.id)} (#${issue})`;
}
