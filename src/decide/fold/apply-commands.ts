import { nextAttempt } from '../../state/attempts.ts';
import { type IssuedCommand, readComment } from '../../state/command.ts';
import type { GroupRecord, TaskRecord } from '../../state/record.ts';
import { type CommentView, type Instant, type IssueView, millis, type Snapshot } from '../../state/snapshot.ts';
import { refuseDispatch } from './refuse-dispatch.ts';
import { revokeCompletion } from './revoke-completion.ts';

export interface AppliedCommands<R> {
  readonly record: R;
  /** What took effect now: to be acknowledged. */
  readonly applied: readonly IssuedCommand[];
  /** `/why`, `/status`, `/help`: to be answered once every task has its state. */
  readonly questions: readonly IssuedCommand[];
  /** First command here by somebody who may not write. */
  readonly refusals: readonly CommentView[];
}

/** What a command does to the record of the issue that it was written on. */
export type Act<R> = (record: R, issued: IssuedCommand) => R;

/** Ids that one issue remembers: more commands than this on one issue within two minutes is not a conversation. */
export const MAX_REMEMBERED_COMMANDS = 50;

interface Pending<R> {
  readonly issue: IssueView;
  readonly record: R;
  readonly snapshot: Snapshot;
}

/** Lets the commands on one issue take effect on its record, each once. */
export function applyCommands<R extends TaskRecord | GroupRecord>(
  pending: Pending<R>,
  act: Act<R>,
): AppliedCommands<R> {
  const { record, snapshot } = pending;
  return pendingCommands(pending).reduce<AppliedCommands<R>>(
    (before, issued) => applyCommand(before, { issued, snapshot, act }),
    { record, applied: [], questions: [], refusals: [] },
  );
}

/** Commands on one issue that have not taken effect yet, oldest first. */
function pendingCommands({ issue, record, snapshot }: Pending<TaskRecord | GroupRecord>): readonly IssuedCommand[] {
  return snapshot.comments.flatMap((comment) => {
    if (comment.issue !== issue.number || comment.edited || comment.author === snapshot.app) return [];
    if (record.commands.includes(comment.id)) return [];
    return readComment(comment.body).commands.map((command) => ({ comment, command }));
  });
}

function applyCommand<R extends TaskRecord | GroupRecord>(
  before: AppliedCommands<R>,
  { issued, snapshot, act }: { readonly issued: IssuedCommand; readonly snapshot: Snapshot; readonly act: Act<R> },
): AppliedCommands<R> {
  const { comment, command } = issued;
  const known = { ...before.record, commands: [...before.record.commands, comment.id].slice(-MAX_REMEMBERED_COMMANDS) };
  if (!snapshot.writers.has(comment.author)) {
    if (known.refused.includes(comment.author)) return { ...before, record: known };
    const record = { ...known, refused: [...known.refused, comment.author] };
    return { ...before, record, refusals: [...before.refusals, comment] };
  }
  // `/skip` is about one task: on a plan or wave it is answered, and does nothing.
  const astray = command.name === 'skip' && !('task' in before.record);
  if (command.name === 'why' || command.name === 'status' || command.name === 'help' || astray) {
    return { ...before, record: known, questions: [...before.questions, issued] };
  }
  return { ...before, record: act(known, issued), applied: [...before.applied, issued] };
}

/** `/start`, `/pause` and `/resume` mean the same on a plan, wave or task issue. */
function steer<R extends TaskRecord | GroupRecord>(record: R, { comment, command }: IssuedCommand): R {
  const mark = { by: comment.author, at: comment.createdAt };
  if (command.name === 'start') return { ...record, start: mark };
  if (command.name === 'pause') return { ...record, pause: mark };
  if (command.name === 'resume') return { ...record, pause: undefined, resumed: comment.createdAt };
  if (command.name === 'accept') return { ...record, accepted: mark };
  return record;
}

/** On the plan issue, `/start` and `/resume` also say that what GitHub refused has been fixed. */
export function steerGroup(record: GroupRecord, issued: IssuedCommand): GroupRecord {
  const steered = steer(record, issued);
  return saysThatItIsFixed(issued) ? { ...steered, refusal: undefined } : steered;
}

export function saysThatItIsFixed({ command: { name } }: IssuedCommand): boolean {
  return name === 'start' || name === 'resume';
}

/** What commands do to one task. @param attempts The configured number of attempts. */
export function steerTask(attempts: number): Act<TaskRecord> {
  return (record, issued) => {
    const { command, comment } = issued;
    if (command.name === 'retry') return retry(record, { issued, attempts });
    if (command.name === 'start') return { ...steer(record, issued), hold: undefined };
    if (command.name === 'priority') return prioritize(record, issued);
    if (command.name === 'tell') return tell(record, issued);
    const { author: by, createdAt: at } = comment;
    if (command.name === 'skip')
      return { ...refuseDispatch(record, { cause: { kind: 'skipped', by }, at }), skipped: true };
    if (command.name !== 'cancel') return steer(record, issued);
    const cause = { kind: 'cancelled', by } as const;
    return { ...refuseDispatch(record, { cause, at }), hold: { by, at, cause } };
  };
}

/** A number of a few digits, as people write one. */
const PRIORITY = /^[+-]?\d{1,4}$/;

function prioritize(record: TaskRecord, { command: { guidance = '' } }: IssuedCommand): TaskRecord {
  return PRIORITY.test(guidance) ? { ...record, priority: Number(guidance) } : record;
}

/** Words that wait for a dispatch at the same time. */
const MAX_TOLD = 20;

function tell(record: TaskRecord, { comment, command: { guidance } }: IssuedCommand): TaskRecord {
  if (guidance === undefined) return record;
  const words = { by: comment.author, at: comment.createdAt, text: guidance };
  return { ...record, told: [...(record.told ?? []), words].slice(-MAX_TOLD) };
}

/** Raises the ceiling by fresh attempts; on a running task its words are kept for the next attempt. */
export function retry(
  before: TaskRecord,
  { issued: { command, comment }, attempts }: { readonly issued: IssuedCommand; readonly attempts: number },
): TaskRecord {
  const record = before.lost ? revokeCompletion(before, before.lost) : before;
  const used = record.live ? record.attempt : nextAttempt(record) - 1;
  return {
    ...record,
    ...(record.live ? {} : { review: reviewAfterRetry(record, command.fresh) }),
    ...(command.fresh ? { fresh: record.dispatch } : {}),
    hold: undefined,
    waits: undefined,
    ceiling: Math.max(record.ceiling ?? attempts, used + attempts),
    retried: later(record.retried, comment.createdAt),
    ...(command.guidance === undefined ? {} : { guidance: command.guidance }),
    ...(command.model === undefined ? {} : { model: command.model }),
  };
}

/** A reopening that came after the comment was folded in first: going back before it would let it count once more. */
function later(known: Instant | undefined, at: Instant): Instant {
  return known !== undefined && millis(known) > millis(at) ? known : at;
}

/** Work that people looked at goes on from there, unless they closed it or want to start over. */
function reviewAfterRetry({ review }: TaskRecord, fresh: boolean): TaskRecord['review'] {
  const over = review?.closed !== undefined && !review.withdrawn;
  return !review || fresh || over ? undefined : { ...review, wanted: true };
}
