import { inline } from '../state/markdown.ts';
import type { TaskView } from '../state/task-view.ts';
import { SHADES } from './words.ts';

/** How what is named becomes a link: GitHub makes one of `#12` by itself on an issue, and none in a file. */
export interface Links {
  readonly task: (view: Pick<TaskView, 'task' | 'issue'>) => string;
  readonly issue: (number: number) => string;
  readonly run: (id: number) => string;
  /** A reason, which is Markdown already. */
  readonly reason: (text: string) => string;
}

/** Something that waits for a person. */
export interface PersonAction {
  /** What it is and what to do: one line of Markdown. */
  readonly text: string;
  /** What is commented on the issue of the task to do it. */
  readonly command: string;
  readonly view: TaskView;
}

/** Tasks that go on once a person has decided, the worst first. */
export function tasksForPeople(tasks: readonly TaskView[], links: Links): readonly PersonAction[] {
  const all = (state: TaskView['state']) => tasks.filter((view) => view.state === state);
  return [
    ...all('lost').map((view) => lost(view, links)),
    ...all('needs-human').map((view) => failed(view, links)),
    ...all('skipped').flatMap((view) => (view.satisfied ? [] : [skipped(view, links)])),
  ];
}

function lost(view: TaskView, links: Links): PersonAction {
  const what = `what it landed is gone from the base. Comment \`/retry\` on ${place(view, links)} to do it again, or \`/accept\` to leave it as completed.`;
  return { view, command: '/retry', text: `${name(view, links)}: ${what}` };
}

function failed(view: TaskView, links: Links): PersonAction {
  const run = view.record.history.at(-1)?.run;
  const log = run === undefined ? '' : ` What failed: ${links.run(run)}.`;
  // What it ends with is said behind it, with the place.
  const cause = links.reason(view.reason).replace(/; comment `\/retry`$/, '');
  const what = `${cause}. Comment \`/retry\` on ${place(view, links)}, with advice for the agent, or do the work by hand and close the issue.${log}`;
  return { view, command: '/retry', text: `${name(view, links)}: ${what}` };
}

function skipped(view: TaskView, links: Links): PersonAction {
  const what = `closed as not planned. Comment \`/skip\` on ${place(view, links)} to go on without it, or open the issue again.`;
  return { view, command: '/skip', text: `${name(view, links)}: ${what}` };
}

function name(view: TaskView, links: Links): string {
  return `${SHADES[view.state].icon} **${links.task(view)}** ${inline(view.task.title)}`;
}

function place({ issue }: TaskView, links: Links): string {
  return issue === undefined ? 'its issue' : links.issue(issue);
}
