import type { IssuedCommand } from '../state/command.ts';
import { describeCause } from '../state/describe-cause.ts';
import { inline } from '../state/markdown.ts';
import type { PastDispatch } from '../state/record.ts';
import { isOver } from '../state/satisfied.ts';
import type { TaskState, TaskView } from '../state/task-view.ts';
import { COMMAND_HELP } from './group-body.ts';

/** What the app says in comments. */

/**
 * The answer to `/why`, `/status` or `/help`, and to `/skip` where it does nothing.
 * @param about The task that was asked about, or all tasks of a wave or plan.
 */
export function answer({ command, comment }: IssuedCommand, about: readonly TaskView[]): string {
  const to = `> ${inline(comment.author)}: \`/${command.name}\``;
  if (command.name === 'help') return `${to}\n\n${COMMAND_HELP}`;
  if (command.name === 'skip')
    return `${to}\n\n\`/skip\` leaves out one task: comment it on the issue of that task. Nothing was changed.`;
  const [only] = about;
  if (about.length === 1 && only) return `${to}\n\n${sentence(only)}`;
  return [to, totals(about), ...(command.name === 'why' ? [unfinished(about)] : [])].join('\n\n');
}

function sentence({ task, state, reason }: TaskView): string {
  return `**${inline(task.id)}** is ${state}: ${reason}.`;
}

function totals(tasks: readonly TaskView[]): string {
  const counts = new Map<TaskState, number>();
  for (const { state } of tasks) counts.set(state, (counts.get(state) ?? 0) + 1);
  return `${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'}: ${[...counts].map(([state, count]) => `${count} ${state}`).join(', ')}.`;
}

const MAX_LINES = 60;

function unfinished(tasks: readonly TaskView[]): string {
  const open = tasks.filter((view) => !isOver(view));
  const lines = open.slice(0, MAX_LINES).map((view) => `- ${sentence(view)}`);
  return [...lines, ...(open.length > MAX_LINES ? [`- and ${open.length - MAX_LINES} more`] : [])].join('\n');
}

export function refusal({ author }: { readonly author: string }): string {
  return `Thank you, ${inline(author)}. Commands here are for people with write access to this repository; one of them can repeat yours.`;
}

interface Escalation {
  /** Logins, and teams as `owner/team`. */
  readonly people: readonly string[];
  readonly repositoryUrl: string;
}

/** Asks people for help with a task that the app cannot finish by itself. */
export function escalation({ task, record, reason }: TaskView, { people, repositoryUrl }: Escalation): string {
  const mentions = people.map((name) => `@${name}`).join(' ');
  const { failure } = record;
  return [
    `**${inline(task.id)} needs a person.** ${reason.charAt(0).toUpperCase()}${reason.slice(1)}.${mentions === '' ? '' : ` ${mentions}`}`,
    [
      '| Attempt | Run | Outcome | What failed |',
      '| --- | --- | --- | --- |',
      ...record.history.map((past) => attemptRow(past, repositoryUrl)),
    ].join('\n'),
    ...(failure ? [`The last one ended with: ${inline(failure.what)}`, fenced(failure.output)] : []),
    'What you can do: fix the cause on the base branch, then comment `/retry` with a word of guidance for the agent; `/retry model=…` takes another model; `/skip` lets dependents go on without this task. Tasks that do not depend on it run on.',
  ].join('\n\n');
}

function attemptRow(past: PastDispatch, repositoryUrl: string): string {
  const run =
    past.run === undefined ? `d${past.dispatch}` : `[d${past.dispatch}](${repositoryUrl}/actions/runs/${past.run})`;
  return `| ${past.attempt} | ${run} | ${past.outcome} | ${inline(past.cause ? describeCause(past.cause) : '')} |`;
}

/** Output of a tool, shown as it is: the fence is longer than any inside. */
function fenced(output: string): string {
  const longest = Math.max(2, ...[...output.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `<details><summary>Output</summary>\n\n${fence}text\n${output.replaceAll('\r', '')}\n${fence}\n\n</details>`;
}
