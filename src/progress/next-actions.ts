import type { ForecastBar } from '../decide/schedule/forecast.ts';
import { LABEL } from '../state/names.ts';
import { isOver } from '../state/satisfied.ts';
import type { TaskView } from '../state/task-view.ts';
import { counted, sentence, timeText, workText } from '../text/words.ts';
import { heldByReason } from './blockers.ts';
import { inState, issueLink, type Page, reasonText, taskLink } from './page.ts';

const MAX_LINES = 8;

/** Something that waits for a person. */
export interface PersonAction {
  /** What it is and what to do: one line of Markdown. */
  readonly text: string;
  /** What is commented on the issue of the task to do it. */
  readonly command: string;
  readonly view: TaskView;
}

/** Tasks that go on once a person has decided, the worst first. */
export function tasksForPeople(page: Page): readonly PersonAction[] {
  return [...ofLost(page), ...ofFailures(page), ...ofSkipped(page)];
}

/** What a person can do now, then what the system does next. */
export function nextActions(page: Page): string {
  const people = [...tasksForPeople(page).map(({ text }) => text), ...ofHolds(page)];
  const lines = [...shortened(people), ...ofReviews(page), ...ofSystem(page)];
  return ['## Next actions', lines.map((line) => `- ${line}`).join('\n')].join('\n\n');
}

function shortened(lines: readonly string[]): readonly string[] {
  const more = lines.length - MAX_LINES;
  return more > 0 ? [...lines.slice(0, MAX_LINES), `…and ${more} more: see the blockers.`] : lines;
}

function ofLost(page: Page): readonly PersonAction[] {
  return inState(page, 'lost').map((view) => ({
    view,
    command: '/retry',
    text: `${taskLink(page, view.task.id)}: what it landed is gone from the base. Comment \`/retry\` on ${place(page, view)} to do it again, or \`/accept\` to leave it as completed.`,
  }));
}

function ofFailures(page: Page): readonly PersonAction[] {
  return inState(page, 'needs-human').map((view) => {
    const last = view.record.history.at(-1)?.run;
    const log =
      last === undefined ? '' : ` Its [last run](${page.repositoryUrl}/actions/runs/${last}) shows what failed.`;
    const text = `${taskLink(page, view.task.id)}: comment \`/retry\` on ${place(page, view)}, with advice for the agent in the same comment, or do the work by hand and close the issue.${log}`;
    return { view, command: '/retry', text };
  });
}

function ofSkipped(page: Page): readonly PersonAction[] {
  return inState(page, 'skipped')
    .filter(({ satisfied }) => !satisfied)
    .map((view) => ({
      view,
      command: '/skip',
      text: `${taskLink(page, view.task.id)}: comment \`/skip\` on ${place(page, view)} to go on without it, or open the issue again.`,
    }));
}

function ofHolds(page: Page): readonly string[] {
  const { decision } = page;
  // The limit of a model provider ends by itself: nobody has to act.
  const byPeople = [...heldByReason(page)].filter(([, views]) => views.some(({ until }) => until === undefined));
  const groups = byPeople.map(([reason, views]) => {
    const what = views.length === 1 && views[0] ? taskLink(page, views[0].task.id) : counted(views.length, 'task');
    return `${sentence(reasonText(page, reason))} (${what}, ${workText(views)} of work).`;
  });
  const idle = decision.tasks.every((view) => isOver(view) || (view.state === 'held' && view.record.dispatch === 0));
  if (!idle || groups.length === 0 || decision.planIssue === undefined || decision.notice !== undefined) return groups;
  const start = `Label the plan issue ${issueLink(page, decision.planIssue)} \`${LABEL.start}\` to start every wave, or start them one by one:`;
  return [[start, ...shortened(groups).map((line) => `  - ${line}`)].join('\n')];
}

function ofReviews(page: Page): readonly string[] {
  const views = inState(page, 'in-review');
  if (views.length === 0) return [];
  const named = views.slice(0, MAX_LINES).map(({ task, record: { review } }) => {
    const pull = review === undefined ? '' : ` ([#${review.pull}](${page.repositoryUrl}/pull/${review.pull}))`;
    return `${taskLink(page, task.id)}${pull}`;
  });
  const more = views.length > MAX_LINES ? ` and ${views.length - MAX_LINES} more` : '';
  return [`Review and merge the pull requests of ${named.join(', ')}${more}.`];
}

/** What is expected to start by itself, by when. */
export function startsNext({ forecast, views }: Page): readonly ForecastBar[] {
  return forecast.bars.filter(({ task, actual }) => {
    const state = views.get(task)?.state;
    return !actual && state !== 'running' && state !== 'in-review';
  });
}

function ofSystem(page: Page): readonly string[] {
  const { decision } = page;
  const named = startsNext(page)
    .slice(0, 5)
    .map(({ task, start }) => `${taskLink(page, task)} (about ${timeText(start).slice(11)})`);
  if (named.length > 0) return [`Starts by itself next: ${named.join(', ')}.`];
  const unfinished = decision.tasks.filter((view) => !isOver(view));
  if (unfinished.length === 0) return ofFinished(decision.tasks);
  const running = inState(page, 'running').length;
  if (running === 0) return [];
  return running === unfinished.length ? ['Every remaining task is running.'] : ['Nothing else starts by itself.'];
}

function ofFinished(tasks: readonly TaskView[]): readonly string[] {
  const unverified = tasks.filter((view) => view.unverified).length;
  const was = unverified === 1 ? 'was' : 'were';
  const look = `${counted(unverified, 'task')} ${was} completed without verification: look at the table below.`;
  return ['Nothing is left to do.', ...(unverified === 0 ? [] : [look])];
}

function place(page: Page, { issue }: TaskView): string {
  return issue === undefined ? 'its issue' : issueLink(page, issue);
}
