import type { Cause } from '../state/cause.ts';
import { causeText } from '../state/describe-cause.ts';
import { inline, prose } from '../state/markdown.ts';
import type { PastDispatch } from '../state/record.ts';
import type { TaskView } from '../state/task-view.ts';

/** What the app says in comments. */

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
    ...(failure ? [`The last one ended with: ${prose(failure.what)}`, fenced(failure.output)] : []),
    whatToDo(record.history.at(-1)?.cause),
  ].join('\n\n');
}

function whatToDo(cause: Cause | undefined): string {
  if (cause?.kind === 'setup')
    return 'It costs no attempt. Tasks that would find the same missing wait, and all of them go on once you have brought it and comment `/retry` here.';
  if (cause?.kind === 'base-busy')
    return 'No attempt is used up. The checks of this work take longer than the base stays as it is: let it rest for a while, or make them faster. `/skip` lets dependents go on without this task. Tasks that do not depend on it run on.';
  return 'What you can do: fix the cause on the base branch, then comment `/retry` with a word of guidance for the agent; `/retry model=…` takes another model; `/skip` lets dependents go on without this task. Tasks that do not depend on it run on.';
}

function attemptRow(past: PastDispatch, repositoryUrl: string): string {
  const run =
    past.run === undefined ? `d${past.dispatch}` : `[d${past.dispatch}](${repositoryUrl}/actions/runs/${past.run})`;
  return `| ${past.attempt} | ${run} | ${past.outcome} | ${past.cause ? causeText(past.cause) : ''} |`;
}

/** Output of a tool, shown as it is: the fence is longer than any inside. */
function fenced(output: string): string {
  const longest = Math.max(2, ...[...output.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `<details><summary>Output</summary>\n\n${fence}text\n${output.replaceAll('\r', '')}\n${fence}\n\n</details>`;
}
