import { inline } from '../state/markdown.ts';
import { isOver } from '../state/satisfied.ts';
import type { Instant, Snapshot } from '../state/snapshot.ts';
import { type Tally, tallyOf } from '../state/tally.ts';
import type { TaskView } from '../state/task-view.ts';
import { type Links, type PersonAction, tasksForPeople } from './people-actions.ts';
import { counted, progressBar, SHADES, sentence, shadesText, timeText, workText } from './words.ts';

/** How a plan stands, on its issue and as the answer to `/status`. */

/** What is expected, as the pace so far makes it: it follows from what has happened, and never from the mere time. */
export interface Expected {
  readonly finish: Instant | undefined;
  /** Tasks that it is without, since they cannot go on by themselves. */
  readonly unforeseen: number;
  /** What starts by itself, and when. */
  readonly next: readonly { readonly view: TaskView; readonly start: Instant }[];
}

interface Standing {
  readonly tasks: readonly TaskView[];
  readonly repositoryUrl: string;
}

const MAX_LINES = 8;

/** What the plan issue begins with. */
export function headText(
  { tasks, snapshot }: { readonly tasks: readonly TaskView[]; readonly snapshot: Pick<Snapshot, 'repository'> },
  expected: Expected,
): string {
  const about = { tasks, repositoryUrl: snapshot.repository.url };
  return [standingText(tallyOf(tasks)), needsText(about), runningText(tasks), nextText(tasks, expected)].join('\n\n');
}

/** Bar and counts. */
export function standingText(tally: Tally): string {
  const { over, tasks } = tally;
  const percent = tasks === 0 ? 0 : Math.floor((100 * over) / tasks);
  return `\`${progressBar({ done: over, of: tasks }, 30)}\` **${percent}%** · ${shadesText(tally)}`;
}

/** What waits for a person, each with the command that does it, to be copied into a shell. */
export function needsText({ tasks, repositoryUrl }: Standing): string {
  const actions = tasksForPeople(tasks, linksOn(repositoryUrl)).map((action) => withCommand(action, repositoryUrl));
  const lines = [...actions, ...holds(tasks), ...reviews(tasks)];
  const rest = lines.length > MAX_LINES ? [`- and ${lines.length - MAX_LINES} more, in the progress file`] : [];
  const shown = lines.slice(0, MAX_LINES).map((line) => `- ${line}`);
  return [NEEDS, '', ...(lines.length === 0 ? ['Nothing.'] : [...shown, ...rest])].join('\n');
}

const NEEDS = '### Needs you';

/** What is at work. */
export function runningText(tasks: readonly TaskView[]): string {
  const running = tasks.filter(({ state }) => state === 'running');
  const lines = running.slice(0, MAX_LINES).map(({ task, issue, record }) => {
    const since = record.live === undefined ? '' : `, since ${timeText(record.live.sent)} UTC`;
    return `- ${SHADES.running.icon} **${inline(task.id)}**${issue === undefined ? '' : ` (#${issue})`} ${inline(task.title)}: on ${record.live?.agent ?? '–'}${since}`;
  });
  const rest = running.length > lines.length ? [`- and ${running.length - lines.length} more`] : [];
  return ['### Running', '', ...(running.length === 0 ? ['Nothing.'] : [...lines, ...rest])].join('\n');
}

/** What starts by itself, and when everything is done. */
export function nextText(tasks: readonly TaskView[], { finish, unforeseen, next }: Expected): string {
  const named = next
    .slice(0, 5)
    .map(({ view, start }) => {
      const issue = view.issue === undefined ? '' : ` (#${view.issue})`;
      return `**${inline(view.task.id)}**${issue} about ${timeText(start).slice(11)}`;
    })
    .join(', ');
  const aside = unforeseen === 0 ? '' : `, without ${counted(unforeseen, 'task')} that cannot go on yet`;
  const isDone = tasks.every(isOver);
  const lines = [
    ...(named === '' ? [] : [`- Starts by itself: ${named}`]),
    ...(isDone ? ['- Nothing is left to do.'] : []),
    ...(finish === undefined
      ? []
      : [`- ${isDone ? 'Finished' : 'Expected finish'}: ${timeText(finish)} UTC${isDone ? '' : aside}`]),
  ];
  return ['### Next', '', ...(lines.length === 0 ? ['Nothing starts by itself.'] : lines)].join('\n');
}

function linksOn(repositoryUrl: string): Links {
  return {
    task: ({ task }) => inline(task.id),
    issue: (number) => `#${number}`,
    run: (id) => `[run ${id}](${repositoryUrl}/actions/runs/${id})`,
    reason: (text) => text,
  };
}

function withCommand({ text, command, view: { issue } }: PersonAction, repositoryUrl: string): string {
  if (issue === undefined) return text;
  const shell = `gh issue comment ${issue} --repo ${repositoryOf(repositoryUrl)} --body "${command}"`;
  return `${text}\n\n  \`\`\`sh\n  ${shell}\n  \`\`\`\n`;
}

/** As gh takes it: with its host where that is not github.com. */
function repositoryOf(repositoryUrl: string): string {
  return repositoryUrl.replace(/^https?:\/\/(?:github\.com\/)?/, '');
}

/** What people hold, by what holds it. What ends by itself is not for a person. */
function holds(tasks: readonly TaskView[]): readonly string[] {
  const byReason = new Map<string, TaskView[]>();
  for (const view of tasks) {
    if (view.state !== 'held') continue;
    const group = byReason.get(view.reason);
    if (group) group.push(view);
    else byReason.set(view.reason, [view]);
  }
  return [...byReason].flatMap(([reason, views]) =>
    views.every(({ until }) => until !== undefined)
      ? []
      : [`${SHADES.held.icon} ${sentence(reason)} (${counted(views.length, 'task')}, ${workText(views)} of work).`],
  );
}

function reviews(tasks: readonly TaskView[]): readonly string[] {
  return tasks.flatMap(({ state, task, record: { review } }) =>
    state === 'in-review' && review
      ? [`${SHADES['in-review'].icon} **${inline(task.id)}** ${inline(task.title)}: review and merge #${review.pull}.`]
      : [],
  );
}
