import type { Command } from './command.ts';
import type { Order } from './orders.ts';
import type { CommentView } from './snapshot.ts';
import type { UnknownCommand } from './unknown-command.ts';

/** What came of a comment, as people are told: every command gets a reaction or an answer. */
export type HandledComment = { readonly comment: CommentView } & (
  | {
      readonly kind: 'read';
      readonly commands: readonly HandledCommand[];
      readonly unknown: UnknownCommand | undefined;
    }
  /** It was changed before it was read: whoever wrote it is asked to write it anew. */
  | { readonly kind: 'edited' }
  /** By somebody who may not write, for the first time here. */
  | { readonly kind: 'refused' }
);

export interface HandledCommand {
  readonly command: Command;
  readonly outcome: CommandOutcome;
  /** Where it is an order to the tasks below. */
  readonly order?: Order;
}

export type CommandOutcome =
  | { readonly kind: 'applied'; readonly note?: Note }
  /** `/why`, `/status`, `/help`: answered once every task has its state. */
  | { readonly kind: 'asked' }
  | { readonly kind: 'nothing'; readonly why: NothingDone }
  /** `/start` on a task: what that starts is said with the start itself. */
  | { readonly kind: 'started' };

/** What people should know of a command that took effect. */
export type Note =
  /** `/retry` on a task that was running when it was written. */
  | 'kept-for-next-attempt'
  /** `/cancel` on a task of which nothing runs. */
  | 'held-idle'
  /** `/tell` while a run is at work, and while none is. */
  | 'told-running'
  | 'told-waiting'
  /** `/adopt`: the plan waits for another host. */
  | 'offered'
  /** `/adopt`: this host has the plan now. */
  | 'adopted';

/** Why a command did nothing. */
export type NothingDone =
  /** The task is completed, or the wave or plan is. */
  | 'completed'
  /** The issue was closed by hand. */
  | 'closed'
  /** `/skip` left the task out. */
  | 'skipped'
  /** The plan no longer has the task. */
  | 'removed'
  | 'started'
  | 'paused'
  | 'not-paused'
  | 'held'
  | 'nothing-failed'
  | 'nothing-runs'
  /** It is about one task, and was written on a wave or plan. */
  | 'task-only'
  | 'no-words'
  | 'too-many-words'
  | 'no-number'
  | 'same-priority'
  | 'no-model'
  | 'nothing-asked'
  /** It is about the plan, and was written elsewhere. */
  | 'plan-only'
  /** `/adopt`, and the configuration names no other host. */
  | 'no-other-host';

export const APPLIED: CommandOutcome = { kind: 'applied' };

export function nothing(why: NothingDone): CommandOutcome {
  return { kind: 'nothing', why };
}
