import { reach } from '../plan/graph.ts';
import type { TaskId } from '../plan/plan.ts';
import { LABEL } from '../state/names.ts';
import { isOver } from '../state/satisfied.ts';
import type { TaskView } from '../state/task-view.ts';
import { type PersonAction, tasksForPeople } from '../text/people-actions.ts';
import { counted, SHADES, sentence, workText } from '../text/words.ts';
import { inState, issueLink, linksOf, type Page, reasonText, taskLink, taskLinks } from './page.ts';

/** Lines of a list on the first screen: what is left out stands in the waves below. */
const MAX_LINES = 6;

/**
 * What keeps tasks from running and can be lifted by a person, with what to do about it, worst first. Tasks stuck behind
 * another one are named with it, held ones with their common reason.
 */
export function blockers(page: Page): string {
  const lines = [...ofTasks(page), ...ofHolds(page), ...outside(page), ...ofReviews(page)];
  if (lines.length === 0) return '## Needs you\n\nNothing: no blockers.';
  const shown = lines.slice(0, MAX_LINES);
  const more = lines.length - shown.length;
  const rest = more === 0 ? [] : [`and ${more} more: see the waves below`];
  return `## Needs you\n\n${[...shown, ...rest].map((line) => `- ${line}`).join('\n')}`;
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

/** Only of what is shown it is looked up what is stuck behind it: that is a walk through the plan for each. */
function ofTasks(page: Page): readonly string[] {
  return tasksForPeople(page.decision.tasks, linksOf(page)).map((action, nth) =>
    nth < MAX_LINES ? `${action.text}${stopText(page, action)}` : action.text,
  );
}

function stopText(page: Page, { view }: PersonAction): string {
  const reached = reach(view.task.id, (from) => page.graph.dependents.get(from));
  const behind = page.decision.tasks.filter(({ task, stuck }) => stuck && reached.has(task.id));
  if (behind.length === 0) return '';
  const named = taskLinks(
    page,
    behind.map(({ task }) => task.id),
    3,
  );
  return ` ${SHADES.stuck.icon} ${counted(behind.length, 'task')} stuck behind it: ${named}.`;
}

/** What people hold, by what holds it; where nothing is begun, what begins all of it. */
function ofHolds(page: Page): readonly string[] {
  const { decision } = page;
  // The limit of a model provider ends by itself: nobody has to act.
  const byPeople = [...heldByReason(page)].filter(([, views]) => views.some(({ until }) => until === undefined));
  const groups = byPeople.map(([reason, views]) => {
    const ids: readonly TaskId[] = views.map(({ task }) => task.id);
    const who = views.length === 1 ? taskLinks(page, ids) : counted(views.length, 'task');
    return `${SHADES.held.icon} ${sentence(reasonText(page, reason))} (${who}, ${workText(views)} of work).`;
  });
  const idle = decision.tasks.every((view) => isOver(view) || (view.state === 'held' && view.record.dispatch === 0));
  if (!idle || groups.length === 0 || decision.planIssue === undefined || decision.notice !== undefined) return groups;
  const start = `▶️ Label the plan issue ${issueLink(page, decision.planIssue)} \`${LABEL.start}\` to start every wave, or start them one by one:`;
  return [start, ...groups];
}

/** Tasks that wait for nothing in the plan: an issue of people blocks them. */
function outside(page: Page): readonly string[] {
  return inState(page, 'blocked')
    .filter((view) => !waitsForPlan(page, view))
    .map((view) => `${SHADES.blocked.icon} ${taskLink(page, view.task.id)}: ${reasonText(page, view.reason)}.`);
}

function ofReviews(page: Page): readonly string[] {
  const views = inState(page, 'in-review');
  if (views.length === 0) return [];
  const named = views.slice(0, MAX_LINES).map(({ task, record: { review } }) => {
    const pull = review === undefined ? '' : ` ([#${review.pull}](${page.repositoryUrl}/pull/${review.pull}))`;
    return `${taskLink(page, task.id)}${pull}`;
  });
  const more = views.length > MAX_LINES ? ` and ${views.length - MAX_LINES} more` : '';
  return [`${SHADES['in-review'].icon} Review and merge the pull requests of ${named.join(', ')}${more}.`];
}

/** Tasks that wait their turn are counted: forty of them are no news. */
export function waiting(page: Page): readonly string[] {
  const views = inState(page, 'blocked').filter((view) => !view.stuck && waitsForPlan(page, view));
  if (views.length === 0) return [];
  const [verb, whose] = views.length === 1 ? ['waits', 'its'] : ['wait', 'their'];
  return [`${SHADES.blocked.icon} ${counted(views.length, 'task')} ${verb} for ${whose} dependencies.`];
}

function waitsForPlan(page: Page, { task }: TaskView): boolean {
  return task.dependencies.some((id) => page.views.get(id)?.satisfied !== true);
}
