import type { CommandName } from '../state/command.ts';

/** What is said of commands to people: in the bodies of plan issues, in the answer to `/help`, in docs/reference. */

export interface CommandHelp {
  readonly names: readonly CommandName[];
  /** As people write them, as Markdown. */
  readonly written: string;
  readonly does: string;
  /** What beyond that is worth knowing once. */
  readonly more?: string;
  /** A plan and a wave take it for all of their tasks. */
  readonly on: 'plan, wave, task' | 'task' | 'plan';
}

const EVERYWHERE = 'plan, wave, task';

export const COMMAND_TABLE: readonly CommandHelp[] = [
  {
    names: ['start'],
    written: '`/start`',
    does: 'starts the plan, a wave or a task; so does the label `agent:start`',
    more: 'A task starts with what it needs. What `/cancel` holds goes on.',
    on: EVERYWHERE,
  },
  {
    names: ['pause', 'resume'],
    written: '`/pause`, `/resume`',
    does: 'holds new dispatches, lets them go on; running tasks finish. So does the label `agent:pause`',
    more: 'On the plan, `/resume` also says that what was refused is fixed. So do `/start` and `/retry`.',
    on: EVERYWHERE,
  },
  {
    names: ['retry'],
    written: '`/retry [fresh] [model=…] [guidance…]`',
    does: 'gives a failed task fresh attempts, with your words in its brief',
    more: 'It counts for what failed, is held or was lost. `fresh` leaves saved work aside. On a running task it is kept for the next attempt; a completed task runs again by it where its title, outputs or acceptance in the plan have changed since.',
    on: EVERYWHERE,
  },
  {
    names: ['cancel'],
    written: '`/cancel`',
    does: 'ends a running task and holds it until `/start` or `/retry`',
    more: 'On a task of which nothing runs it holds, too. On a plan or wave it is about what runs and what waits for its next try: `/pause` keeps the rest from starting.',
    on: EVERYWHERE,
  },
  { names: ['skip'], written: '`/skip`', does: 'leaves a task out; those that depend on it go on', on: 'task' },
  {
    names: ['tell'],
    written: '`/tell words`',
    does: 'gives the agent of a task these words with its next run',
    more: 'A run that is at work is not interrupted.',
    on: 'task',
  },
  {
    names: ['priority'],
    written: '`/priority N`',
    does: 'of the tasks that are ready, those with the highest N start first',
    more: 'N is a whole number from -1000 to 1000, and goes before the one in the plan.',
    on: 'task',
  },
  {
    names: ['accept'],
    written: '`/accept`',
    does: 'takes what was asked here as it is',
    more: 'That is work that is no longer on the base, tasks that are gone from the plan, or other titles.',
    on: EVERYWHERE,
  },
  {
    names: ['adopt'],
    written: '`/adopt`',
    does: 'on the plan: another host that is installed here takes it over',
    more: 'The configuration lists the hosts under `trusted_apps`.',
    on: 'plan',
  },
  {
    names: ['why', 'status', 'help'],
    written: '`/why`, `/status`, `/help`',
    does: 'answers: why a task stands where it stands, how the plan stands, this table',
    on: EVERYWHERE,
  },
];

export const COMMAND_HELP = [
  '| Comment | Does |',
  '| --- | --- |',
  ...COMMAND_TABLE.map(({ written, does }) => `| ${written} | ${does} |`),
].join('\n');
