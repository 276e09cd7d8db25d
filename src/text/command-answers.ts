import type { Command } from '../state/command.ts';
import type { HandledCommand, HandledComment, Note, NothingDone } from '../state/command-outcome.ts';
import { countEach } from '../state/count-each.ts';
import { code, inline } from '../state/markdown.ts';
import { isOver } from '../state/satisfied.ts';
import type { TaskView } from '../state/task-view.ts';
import type { UnknownCommand } from '../state/unknown-command.ts';
import { unreachable } from '../state/unreachable.ts';
import { COMMAND_HELP } from './command-help.ts';
import { standing } from './words.ts';

/** What people read who wrote a command. */

/** What a comment was about. */
export interface About {
  /** Where it was written on the issue of a task. */
  readonly task: TaskView | undefined;
  /** That task, or all tasks of the wave or plan. */
  readonly tasks: readonly TaskView[];
  /** On the plan issue: what it begins with, as it stands now. */
  readonly head?: (() => string) | undefined;
}

/** @returns The answer to a comment; undefined where a reaction says all that there is to say. */
export function answerComment(handled: HandledComment, about: About): string | undefined {
  const { comment } = handled;
  switch (handled.kind) {
    case 'refused':
      return `Thank you, ${inline(comment.author)}. Commands here are for people with write access to this repository; one of them can repeat yours.`;
    case 'edited':
      return `${inline(comment.author)}, your command was edited before it was read, so it was not carried out. Please write it in a new comment.`;
    case 'read': {
      const answers = handled.commands.flatMap((each) => answerCommand(each, about) ?? []);
      const slips = handled.unknown ? [{ word: handled.unknown.word, text: slip(handled.unknown) }] : [];
      const parts = [...slips, ...answers].map(
        ({ word, text }) => `> ${inline(comment.author)}: \`/${word}\`\n\n${text}`,
      );
      return parts.length === 0 ? undefined : parts.join('\n\n');
    }
    default:
      return unreachable(handled);
  }
}

interface Answer {
  readonly word: string;
  readonly text: string;
}

function slip({ word, nearest }: UnknownCommand): string {
  const meant = nearest === undefined ? `There is no command \`/${word}\`.` : `Did you mean \`/${nearest}\`?`;
  return `${meant} Nothing was changed; \`/help\` lists the commands.`;
}

function answerCommand({ command, outcome }: HandledCommand, about: About): Answer | undefined {
  const word = command.name;
  switch (outcome.kind) {
    case 'asked':
      return { word, text: answerQuestion(command, about) };
    case 'nothing':
      return { word, text: whyNothing(outcome.why, { command, about }) };
    case 'applied':
      return outcome.note && { word, text: NOTES[outcome.note] };
    case 'started':
      return undefined;
    default:
      return unreachable(outcome);
  }
}

const NOTES: Readonly<Record<Note, string>> = {
  'kept-for-next-attempt': 'A run was at work on it: this counts for its next attempt, should there be one.',
  'held-idle': 'Nothing of it is running. It is held until somebody comments `/start` or `/retry`.',
  'told-running':
    'A run is at work on it and is not interrupted: its next run reads this. If this run completes the task, nobody does.',
  'told-waiting': 'Its next run reads this.',
  adopted:
    'This host works on the plan now. For two minutes nothing starts, so that the other one can end what it was at.',
  offered:
    'Nothing starts for five minutes: another host that is installed here takes this plan over. If none does, the one that has it goes on.',
};

function answerQuestion({ name }: Command, { task, tasks, head }: About): string {
  if (name === 'help') return COMMAND_HELP;
  if (task) return whyTask(task);
  if (tasks.length === 0) return 'Nothing is known of any task yet.';
  if (name === 'status' && head) return head();
  return [totals(tasks), ...(name === 'why' ? [unfinished(tasks)] : [])].filter(Boolean).join('\n\n');
}

interface Vain {
  readonly command: Command;
  readonly about: About;
}

/** Why a command did nothing, and where its task stands. */
function whyNothing(why: NothingDone, { command, about }: Vain): string {
  const stands = about.task && TELLS_STATE.has(why) ? [whyTask(about.task)] : [];
  const late = why === 'completed' && TOO_LATE.has(command.name) ? 'Too late: it' : 'It';
  return [`${reasonOf(why, command).replace(/^It(?= )/, late)} Nothing was changed.`, ...stands].join('\n\n');
}

/** Commands that want something to happen before the task is done. */
const TOO_LATE: ReadonlySet<Command['name']> = new Set<Command['name']>([
  'cancel',
  'skip',
  'tell',
  'priority',
  'pause',
]);

/** What is understood better together with where the task stands. */
const TELLS_STATE: ReadonlySet<NothingDone> = new Set<NothingDone>(['not-paused', 'held', 'nothing-failed', 'paused']);

function reasonOf(why: NothingDone, { name, notModel = '' }: Command): string {
  switch (why) {
    case 'completed':
      return 'It is completed. Open this issue again to have it done once more.';
    case 'closed':
      return 'It is closed. Open this issue again first.';
    case 'skipped':
      return 'It is left out by `/skip`. Open this issue again to have it done.';
    case 'removed':
      return 'This task is no longer in the plan. Put it back into the plan to go on.';
    case 'started':
      return 'It is started already.';
    case 'paused':
      return 'It is paused already.';
    case 'not-paused':
      return 'It is not paused itself.';
    case 'held':
      return 'It is held already.';
    case 'nothing-failed':
      return 'It has not failed and nobody cancelled it: there is nothing to retry here.';
    case 'nothing-runs':
      return 'No task here is running. `/pause` keeps what is ready from starting.';
    case 'task-only':
      return `\`/${name}\` is about one task: comment it on the issue of that task.`;
    case 'no-words':
      return '`/tell` needs the words that the agent is to read, such as `/tell use the old API`.';
    case 'too-many-words':
      return 'As many words as fit into its brief wait for its next run already.';
    case 'no-number':
      return '`/priority` needs a whole number from -1000 to 1000, such as `/priority 10`: of the tasks that are ready, those with the highest start first.';
    case 'same-priority':
      return 'It has that priority already.';
    case 'no-model':
      return `${code(`model=${notModel}`)} does not name a model: write it as in \`/retry model=opus\`.`;
    case 'plan-only':
      return `\`/${name}\` is about the whole plan: comment it on the plan issue.`;
    case 'no-other-host':
      return 'No other host may work on this plan up to now: list both under `trusted_apps` in the configuration, and say it again a minute later.';
    case 'nothing-asked':
      return 'Nothing was asked here that `/accept` would answer.';
    default:
      return unreachable(why);
  }
}

/** Where a task stands, and why: what `/why` and `/status` answer on its issue. */
export function whyTask(view: TaskView): string {
  return `**${inline(view.task.id)}** is ${standing(view)}.`;
}

function totals(tasks: readonly TaskView[]): string {
  const counts = countEach(tasks.map(({ state }) => state));
  return `${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'}: ${[...counts].map(([state, count]) => `${count} ${state}`).join(', ')}.`;
}

const MAX_LINES = 60;

function unfinished(tasks: readonly TaskView[]): string {
  const open = tasks.filter((view) => !isOver(view));
  const lines = open.slice(0, MAX_LINES).map((view) => `- ${whyTask(view)}`);
  return [...lines, ...(open.length > MAX_LINES ? [`- and ${open.length - MAX_LINES} more`] : [])].join('\n');
}

/** What a command is told that stands on an issue of another plan. */
export function commandsCountElsewhere({
  of,
  plan,
  issue,
}: {
  readonly of: string;
  readonly plan: string;
  readonly issue: number;
}): string {
  return `Nothing came of this: the issue belongs to the plan \`${of}\`, and the plan \`${plan}\` has taken its place. Labels and commands count on #${issue} and the issues below it.`;
}

/** What a command is told that stands on a second issue for something. */
export function commandsCountOn(stands: number): string {
  return `Nothing came of this: #${stands} stands for the same. Labels and commands count there.`;
}
