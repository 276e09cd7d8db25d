import { nextAttempt } from '../../state/attempts.ts';
import { type IssuedCommand, parseCommand } from '../../state/command.ts';
import type { GroupRecord, TaskRecord } from '../../state/record.ts';
import { type CommentView, type Instant, type IssueView, millis, type Snapshot } from '../../state/snapshot.ts';
import { endDispatch } from './end-dispatch.ts';

export interface AppliedCommands<R> {
  readonly record: R;
  /** What took effect now: to be acknowledged. */
  readonly applied: readonly IssuedCommand[];
  /** `/why`, `/status`, `/help`: to be answered once every task has its state. */
  readonly questions: readonly IssuedCommand[];
  /** First command here by somebody who may not write. */
  readonly refusals: readonly CommentView[];
  /** The run that a `/cancel` ends. */
  readonly cancelled: number | undefined;
}

/** Ids that one issue remembers: more commands than this on one issue within two minutes is not a conversation. */
export const MAX_REMEMBERED_COMMANDS = 50;

/** Commands on one issue that have not taken effect yet, oldest first. */
function pendingCommands(
  issue: IssueView,
  record: TaskRecord | GroupRecord,
  snapshot: Snapshot,
): readonly IssuedCommand[] {
  return snapshot.comments.flatMap((comment) => {
    if (comment.issue !== issue.number || comment.edited || comment.author === snapshot.app) return [];
    if (record.commands.includes(comment.id)) return [];
    const command = parseCommand(comment.body);
    return command ? [{ comment, command }] : [];
  });
}

/** Lets the commands on one issue take effect on its record, each once. */
export function applyCommands<R extends TaskRecord | GroupRecord>(
  { issue, record }: { readonly issue: IssueView; readonly record: R },
  snapshot: Snapshot,
  act: (record: R, heard: IssuedCommand) => R,
): AppliedCommands<R> {
  let obeyed: AppliedCommands<R> = { record, applied: [], questions: [], refusals: [], cancelled: undefined };
  for (const heard of pendingCommands(issue, record, snapshot)) obeyed = applyCommand(obeyed, heard, snapshot, act);
  return obeyed;
}

function applyCommand<R extends TaskRecord | GroupRecord>(
  obeyed: AppliedCommands<R>,
  heard: IssuedCommand,
  snapshot: Snapshot,
  act: (record: R, heard: IssuedCommand) => R,
): AppliedCommands<R> {
  const { comment, command } = heard;
  const known = { ...obeyed.record, commands: [...obeyed.record.commands, comment.id].slice(-MAX_REMEMBERED_COMMANDS) };
  if (!snapshot.writers.has(comment.author)) {
    if (known.refused.includes(comment.author)) return { ...obeyed, record: known };
    const record = { ...known, refused: [...known.refused, comment.author] };
    return { ...obeyed, record, refusals: [...obeyed.refusals, comment] };
  }
  // `/skip` is about one task: on a plan or wave it is answered, and does nothing.
  const astray = command.name === 'skip' && !('task' in obeyed.record);
  if (command.name === 'why' || command.name === 'status' || command.name === 'help' || astray) {
    return { ...obeyed, record: known, questions: [...obeyed.questions, heard] };
  }
  const before = 'live' in known ? known.live?.run : undefined;
  const record = act(known, heard);
  const cancelled = command.name === 'cancel' && before !== undefined ? before : obeyed.cancelled;
  return { ...obeyed, record, applied: [...obeyed.applied, heard], cancelled };
}

/** `/start`, `/pause` and `/resume` mean the same on a plan, wave or task issue. */
export function steer<R extends TaskRecord | GroupRecord>(record: R, { comment, command }: IssuedCommand): R {
  const mark = { by: comment.author, at: comment.createdAt };
  if (command.name === 'start') return { ...record, start: mark };
  if (command.name === 'pause') return { ...record, pause: mark };
  if (command.name === 'resume') return { ...record, pause: undefined, resumed: comment.createdAt };
  return record;
}

/** On the plan issue, `/start` and `/resume` also say that what GitHub refused has been mended. */
export function steerGroup(record: GroupRecord, heard: IssuedCommand): GroupRecord {
  const steered = steer(record, heard);
  const mended = heard.command.name === 'start' || heard.command.name === 'resume';
  return mended ? { ...steered, refusal: undefined } : steered;
}

/** What commands do to one task. @param attempts The configured number of attempts. */
export function steerTask(attempts: number): (record: TaskRecord, heard: IssuedCommand) => TaskRecord {
  return (record, heard) => {
    const { command, comment } = heard;
    const mark = { by: comment.author, at: comment.createdAt };
    if (command.name === 'retry') return retry(record, heard, attempts);
    if (command.name === 'start') return { ...steer(record, heard), hold: undefined };
    if (command.name === 'skip') return { ...record, skipped: true };
    if (command.name !== 'cancel') return steer(record, heard);
    const why = `cancelled by ${comment.author}`;
    return {
      ...endDispatch(record, { outcome: 'cancelled', at: comment.createdAt, what: why }),
      hold: { ...mark, why },
    };
  };
}

/** Raises the ceiling by fresh attempts; on a running task its words are kept for the next attempt. */
export function retry(record: TaskRecord, { command, comment }: IssuedCommand, attempts: number): TaskRecord {
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
  return !review || fresh || review.closed !== undefined ? undefined : { ...review, wanted: true };
}
