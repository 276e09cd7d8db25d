import { reach } from '../plan/graph.ts';
import type { TaskId } from '../plan/plan.ts';
import { inline } from '../state/markdown.ts';
import type { TaskView } from '../state/task-view.ts';
import { counted, SHADES, sentence, workText } from '../text/words.ts';
import { inState, type Page, reasonText, shortened, taskLink, taskLinks } from './page.ts';

const MAX_OUTSIDE = 8;

/**
 * What keeps tasks from running, worst first. Tasks stuck behind another one are named with it, held ones with their
 * common reason, and those that only wait their turn are counted: forty of them are no news.
 */
export function blockers(page: Page): string {
  const lines = [...roots(page), ...outside(page), ...shortened(page, holds(page)), ...waiting(page)];
  return ['## Blockers', lines.length === 0 ? 'None.' : lines.map((line) => `- ${line}`).join('\n')].join('\n\n');
}

/** Held tasks by the reason they share, in plan order. */
export function heldByReason(page: Page): ReadonlyMap<string, readonly TaskView[]> {
  const groups = new Map<string, TaskView[]>();
  for (const view of inState(page, 'held')) {
    const group = groups.get(view.reason);
    if (group) group.push(view);
    else groups.set(view.reason, [view]);
  }
  return groups;
}

function roots(page: Page): readonly string[] {
  const skipped = inState(page, 'skipped').filter(({ satisfied }) => !satisfied);
  const views = [...inState(page, 'lost', 'needs-human'), ...skipped];
  // Only of what is shown it is looked up what is stuck behind it: that is a walk through the plan for each.
  const shown = views.slice(0, page.detail.lines).map((view) => {
    const behind = stuckBehind(page, view.task.id);
    const stops = behind.length === 0 ? '' : ` ${stopText(page, behind)}`;
    const name = `**${taskLink(page, view.task.id)}** ${inline(view.task.title)}`;
    return `${SHADES[view.state].icon} ${name}: ${reasonText(page, view.reason)}.${stops}`;
  });
  const more = views.length - shown.length;
  return more > 0 ? [...shown, `and ${more} more`] : shown;
}

function stuckBehind(page: Page, id: TaskId): readonly TaskId[] {
  const reached = reach(id, (from) => page.graph.dependents.get(from));
  return page.decision.tasks.filter(({ task, stuck }) => stuck && reached.has(task.id)).map(({ task }) => task.id);
}

function stopText(page: Page, behind: readonly TaskId[]): string {
  return `${SHADES.stuck.icon} ${counted(behind.length, 'task')} stuck behind it: ${taskLinks(page, behind)}.`;
}

/** Tasks that wait for nothing in the plan: an issue of people blocks them. */
function outside(page: Page): readonly string[] {
  const blocked = inState(page, 'blocked').filter((view) => !waitsForPlan(page, view));
  const rest = blocked.slice(MAX_OUTSIDE).map(({ task }) => task.id);
  return [
    ...blocked
      .slice(0, MAX_OUTSIDE)
      .map((view) => `${SHADES.blocked.icon} ${taskLink(page, view.task.id)}: ${reasonText(page, view.reason)}.`),
    ...(rest.length === 0
      ? []
      : [`${SHADES.blocked.icon} Issues outside the plan block also ${taskLinks(page, rest)}.`]),
  ];
}

function holds(page: Page): readonly string[] {
  return [...heldByReason(page)].map(([reason, views]) => {
    const ids = views.map(({ task }) => task.id);
    const names = taskLinks(page, ids, 6);
    const who = views.length === 1 ? names : `${counted(views.length, 'task')} (${workText(views)}): ${names}`;
    return `${SHADES.held.icon} ${sentence(reasonText(page, reason))}. Holds ${who}.`;
  });
}

function waiting(page: Page): readonly string[] {
  const views = inState(page, 'blocked').filter((view) => !view.stuck && waitsForPlan(page, view));
  if (views.length === 0) return [];
  const [verb, whose] = views.length === 1 ? ['waits', 'its'] : ['wait', 'their'];
  return [
    `${SHADES.blocked.icon} ${counted(views.length, 'task')} ${verb} for ${whose} dependencies: see the waves below.`,
  ];
}

function waitsForPlan(page: Page, { task }: TaskView): boolean {
  return task.dependencies.some((id) => page.views.get(id)?.satisfied !== true);
}
