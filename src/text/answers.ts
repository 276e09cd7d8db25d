import type { Cause } from '../state/cause.ts';
import { inline } from '../state/markdown.ts';
import type { PastDispatch } from '../state/record.ts';
import type { TaskView } from '../state/task-view.ts';
import { attemptTable, compareUrl } from './attempts.ts';

/** What the app says in comments. */

interface Escalation {
  /** Logins, and teams as `owner/team`. */
  readonly people: readonly string[];
  readonly repositoryUrl: string;
  /** The ref that has the work of the last run, where checkpoints are kept in git. */
  readonly saved: string | undefined;
}

/** In a run that ended so, an agent was at work. */
const WORKED: readonly PastDispatch['outcome'][] = ['verification', 'agent', 'conflict', 'continued'];

/** Asks people for help with a task that the app cannot finish by itself: the cause once, and where to look. */
export function escalation({ task, record, reason }: TaskView, { people, repositoryUrl, saved }: Escalation): string {
  const mentions = people.map((name) => `@${name}`).join(' ');
  const { failure, history } = record;
  const last = history.at(-1);
  const output = failure && endOf(failure.output);
  return [
    `**${inline(task.id)} needs a person.** ${reason.charAt(0).toUpperCase()}${reason.slice(1)}.${mentions === '' ? '' : ` ${mentions}`}`,
    ...(output && !isTold(output, failure.what) ? [fenced(output)] : []),
    [
      ...(last?.run === undefined
        ? []
        : [`Look at [the log of its last run](${repositoryUrl}/actions/runs/${last.run}).`]),
      ...(saved === undefined || !history.some(({ outcome }) => WORKED.includes(outcome))
        ? []
        : [
            `What it had written is kept${diffLink(history, repositoryUrl)}: \`git fetch origin ${saved} && git show FETCH_HEAD\`.`,
          ]),
    ].join(' '),
    history.length > 1 ? folded('All attempts', attemptTable(history, repositoryUrl).trimEnd()) : '',
    whatToDo(last?.cause),
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** What the last run that saved anything had changed, as GitHub shows it. */
function diffLink(history: readonly PastDispatch[], repositoryUrl: string): string {
  const saved = history.findLast((past) => past.saved !== undefined)?.saved;
  return saved === undefined ? '' : ` ([what it changed](${compareUrl(repositoryUrl, saved)}))`;
}

function whatToDo(cause: Cause | undefined): string {
  if (cause?.kind === 'setup')
    return 'It costs no attempt. Tasks that would find the same missing wait, and all of them go on once you have brought it and comment `/retry` here.';
  if (cause?.kind === 'base-busy')
    return 'No attempt is used up. The checks of this work take longer than the base stays as it is: let it rest for a while, or make them faster. `/skip` lets dependents go on without this task. Tasks that do not depend on it run on.';
  return 'What you can do: fix the cause on the base branch, then comment `/retry` with a word of guidance for the agent; `/retry model=…` takes another model; `/skip` lets dependents go on without this task. Tasks that do not depend on it run on.';
}

/** Lines of output that are worth a look before the log. */
const MAX_LINES = 5;

function endOf(output: string): string {
  return output.replaceAll('\r', '').trimEnd().split('\n').slice(-MAX_LINES).join('\n');
}

/** The cause names it already. */
function isTold(output: string, what: string): boolean {
  const words = (text: string) => text.replace(/\s+/g, ' ').trim();
  return words(what).includes(words(output));
}

/** Output of a tool, shown as it is: the fence is longer than any inside. */
function fenced(output: string): string {
  const longest = Math.max(2, ...[...output.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${output}\n${fence}`;
}

function folded(title: string, text: string): string {
  return `<details><summary>${title}</summary>\n\n${text}\n\n</details>`;
}
