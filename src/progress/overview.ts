import { lowerBound } from '../plan/critical-path.ts';
import { formatMinutes } from '../plan/estimate.ts';
import type { Task, TaskId } from '../plan/plan.ts';
import { inline } from '../state/markdown.ts';
import { isOver } from '../state/satisfied.ts';
import { shadeOf } from '../state/shade.ts';
import { counted, countsText, progressBar, SHADES, timeText, workText } from '../text/words.ts';
import { inState, issueLink, type Page, reasonText, taskLink } from './page.ts';

/** Title, what stops everything, totals and bar, critical path and expected finish. */
export function overview(page: Page): string {
  const { plan, decision } = page;
  const parts = [
    `# Progress of ${inline(plan.name)}`,
    ...(decision.notice === undefined ? [] : [warning(page, decision.notice)]),
    totals(page),
    countsText(decision.tasks),
    facts(page),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function warning(page: Page, notice: string): string {
  return `> [!WARNING]\n> **Nothing new is dispatched.** ${reasonText(page, notice)}`;
}

/** A bar, per cent, tasks and work: one line of Markdown. */
export function totals(page: Page): string {
  const { tasks } = page.decision;
  const over = tasks.filter(isOver);
  const done = inState(page, 'completed');
  const percent = tasks.length === 0 ? 0 : Math.floor((100 * over.length) / tasks.length);
  const skipped = over.length - done.length;
  const aside = skipped === 0 ? '' : ` (and ${skipped} skipped)`;
  return (
    `\`${progressBar({ done: over.length, of: tasks.length }, 30)}\` **${percent}%** · ${done.length} of ${counted(tasks.length, 'task')} completed${aside}` +
    ` · ${workText(done)} of ${workText(tasks)} of estimated work`
  );
}

function facts(page: Page): string {
  const { decision, slots } = page;
  const { path, minutes } = decision.criticalPath;
  const unfinished = path.filter((id) => page.views.get(id)?.state !== 'completed').length;
  const left = unfinished === 0 ? 'all of it done' : `${unfinished} of ${counted(path.length, 'task')} to go`;
  const lines = [
    finish(page),
    path.length === 0 ? undefined : `**Critical path:** ${formatMinutes(minutes)}, ${left}: ${pathSteps(page, path)}`,
    `**Slots:** ${slots}${pace(page)}${decision.planIssue === undefined ? '' : ` · **Plan issue:** ${issueLink(page, decision.planIssue)}`}`,
    decision.meter === undefined ? undefined : `**Spending:** ${decision.meter}`,
  ];
  return lines.flatMap((line) => (line === undefined ? [] : [`- ${line}`])).join('\n');
}

/** Of a longer path so many steps are shown, from the first one that is to go. */
const MAX_STEPS = 8;

function pathSteps(page: Page, path: readonly TaskId[]): string {
  const next = path.findIndex((id) => page.views.get(id)?.state !== 'completed');
  const from = path.length <= MAX_STEPS ? 0 : Math.min(Math.max(0, next), path.length - MAX_STEPS);
  const shown = path.slice(from, from + MAX_STEPS).map((id) => pathStep(page, id));
  const after = path.length - from - shown.length;
  return [...(from > 0 ? [`${from} before`] : []), ...shown, ...(after > 0 ? [`${after} more`] : [])].join(' → ');
}

function pathStep(page: Page, id: Page['decision']['criticalPath']['path'][number]): string {
  const view = page.views.get(id);
  const icon = view && view.state !== 'blocked' && view.state !== 'held' ? `${SHADES[shadeOf(view)].icon} ` : '';
  return `${icon}${taskLink(page, id)}`;
}

/** When the plan is expected to be done: one line of Markdown. */
export function finish(page: Page): string {
  const { plan, decision, slots } = page;
  const { expectedFinish, unforeseen } = page.forecast;
  if (decision.tasks.every(isOver)) {
    return expectedFinish === undefined ? '**Finished.**' : `**Finished:** ${timeText(expectedFinish)} UTC`;
  }
  if (expectedFinish !== undefined) {
    const aside =
      unforeseen.length === 0 ? '' : `, without ${counted(unforeseen.length, 'task')} that cannot go on yet`;
    return `**Expected finish:** ${timeText(expectedFinish)} UTC${aside}`;
  }
  if (decision.tasks.some(({ record }) => record.dispatch > 0)) {
    return '**Expected finish:** unknown, since no task can go on by itself';
  }
  const left = (task: Task) => (page.views.get(task.id)?.state === 'completed' ? 0 : task.minutes);
  return `**Expected finish:** at least ${formatMinutes(lowerBound(plan, slots, left))} after the start`;
}

function pace({ forecast: { pace }, decision }: Page): string {
  if (!decision.tasks.some(({ state, startedAt }) => state === 'completed' && startedAt !== undefined)) return '';
  const percent = Math.round(pace * 100);
  return ` · **Pace:** tasks take ${percent < 1 ? 'less than 1' : percent}% of their estimates`;
}
