import type { Task } from '../../plan/plan.ts';
import type { IssuedCommand } from '../../state/command.ts';
import { APPLIED, type Note, type NothingDone, nothing } from '../../state/command-outcome.ts';
import { isChangedSinceDone } from '../../state/fingerprint.ts';
import { isLost } from '../../state/lost.ts';
import type { TaskRecord } from '../../state/record.ts';
import type { IssueView, Snapshot } from '../../state/snapshot.ts';
import { isPaused } from '../../state/steering.ts';
import { unreachable } from '../../state/unreachable.ts';
import type { Act, Acted } from './apply-commands.ts';
import { endInPlan } from './end-in-plan.ts';
import { refuseDispatch } from './refuse-dispatch.ts';
import { retry } from './retry.ts';
import { revokeCompletion } from './revoke-completion.ts';
import { steer } from './steer.ts';
import { holdAfter, wasLive } from './under-way.ts';

interface Steered {
  readonly task: Task;
  readonly issue: IssueView;
  readonly snapshot: Snapshot;
  /** The configured number of attempts. */
  readonly attempts: number;
}

/** What commands do to one task. */
export function steerTask(steered: Steered): Act<TaskRecord> {
  return (record, issued) => {
    const end = endOfTask(record, steered.issue);
    const { name } = issued.command;
    switch (name) {
      case 'start':
        return {
          record: { ...steer(record, issued), hold: end ? record.hold : holdAfter(record, issued.comment.createdAt) },
          outcome: { kind: 'started' },
        };
      case 'pause':
        if (end) return unchanged(record, end);
        if (isPaused({ issue: steered.issue, record, intact: true }, steered.snapshot))
          return unchanged(record, 'paused');
        return applied(steer(record, issued));
      case 'resume':
        if (end) return unchanged(record, end);
        if (!isPaused({ issue: steered.issue, record, intact: true }, steered.snapshot))
          return unchanged(record, 'not-paused');
        return applied(steer(record, issued));
      case 'retry':
        if (end === 'completed' && isChangedSinceDone(record, steered.task))
          return doAgain(record, { issued, ...steered });
        return end ? unchanged(record, end) : retryTask(record, { issued, ...steered });
      case 'cancel':
        return end ? unchanged(record, end) : cancel(record, issued);
      case 'skip':
        return end === 'completed' || end === 'skipped' ? unchanged(record, end) : skip(record, issued);
      case 'accept':
        return isLost(record) ? applied(steer(record, issued)) : unchanged(record, 'nothing-asked');
      case 'adopt':
        return unchanged(record, 'plan-only');
      case 'tell':
        return end ? unchanged(record, end) : tell(record, issued);
      case 'priority':
        return end ? unchanged(record, end) : prioritize(record, issued);
      case 'status':
      case 'why':
      case 'help':
        return { record, outcome: { kind: 'asked' } };
      default:
        return unreachable(name);
    }
  };
}

/** Why there is nothing left to do, where there is not. */
function endOfTask(record: TaskRecord, issue: IssueView): 'completed' | 'skipped' | 'closed' | undefined {
  const end = endInPlan({ issue, record });
  if (end === 'completed') return 'completed';
  // What is lost is to be done again, or left at that.
  if (end === 'lost') return undefined;
  if (record.skipped) return 'skipped';
  return end === undefined ? undefined : 'closed';
}

function applied(record: TaskRecord, note?: Note): Acted<TaskRecord> {
  return { record, outcome: note === undefined ? APPLIED : { kind: 'applied', note } };
}

function unchanged(record: TaskRecord, why: NothingDone): Acted<TaskRecord> {
  return { record, outcome: nothing(why) };
}

interface Retried extends Steered {
  readonly issued: IssuedCommand;
}

/** What was done is not what the plan asks for by now: it is done once more, as after a reopening. */
function doAgain(record: TaskRecord, retried: Retried): Acted<TaskRecord> {
  const { command, comment } = retried.issued;
  if (command.notModel !== undefined) return unchanged(record, 'no-model');
  return tryAgain(revokeCompletion(record, { at: comment.createdAt, how: 'reopened' }), retried);
}

function retryTask(record: TaskRecord, retried: Retried): Acted<TaskRecord> {
  const { fresh, model, notModel, guidance } = retried.issued.command;
  if (notModel !== undefined) return unchanged(record, 'no-model');
  const says = fresh || model !== undefined || guidance !== undefined;
  const failed = record.history.length > 0 || isLost(record);
  if (!says && !record.live && !record.hold && !failed) return unchanged(record, 'nothing-failed');
  return tryAgain(record, retried);
}

function tryAgain(record: TaskRecord, { issued: { command, comment }, attempts }: Retried): Acted<TaskRecord> {
  const { fresh, model, guidance } = command;
  const asked = { at: comment.createdAt, fresh, model, guidance };
  const ran = record.live !== undefined || wasLive(record, asked.at);
  return applied(retry(record, { asked, attempts }), ran ? 'kept-for-next-attempt' : undefined);
}

/** Ends what runs, and holds the task whether anything does or not: a person's no is about what comes, too. */
function cancel(record: TaskRecord, { comment: { author: by, createdAt: at } }: IssuedCommand): Acted<TaskRecord> {
  if (record.hold && !record.live) return unchanged(record, 'held');
  const cause = { kind: 'cancelled', by } as const;
  const ended = refuseDispatch(record, { cause, at });
  return applied({ ...ended, hold: { by, at, cause } }, record.live ? undefined : 'held-idle');
}

function skip(record: TaskRecord, { comment: { author: by, createdAt: at } }: IssuedCommand): Acted<TaskRecord> {
  return applied({ ...refuseDispatch(record, { cause: { kind: 'skipped', by }, at }), skipped: true });
}

/** A whole number of a few digits, as people write one. */
const PRIORITY = /^[+-]?\d{1,4}$/;

const MAX_PRIORITY = 1_000;

function prioritize(record: TaskRecord, { command: { guidance = '' } }: IssuedCommand): Acted<TaskRecord> {
  const priority = Number(guidance);
  if (!PRIORITY.test(guidance) || Math.abs(priority) > MAX_PRIORITY) return unchanged(record, 'no-number');
  return record.priority === priority
    ? unchanged(record, 'same-priority')
    : applied({ ...record, priority: priority || 0 });
}

/** What waits for a dispatch at the same time: the body of an issue holds 65,536 characters. */
const MAX_TOLD = 10;
const MAX_TOLD_CHARACTERS = 6_000;

function tell(record: TaskRecord, { comment, command: { guidance } }: IssuedCommand): Acted<TaskRecord> {
  if (guidance === undefined) return unchanged(record, 'no-words');
  const told = [...(record.told ?? []), { by: comment.author, at: comment.createdAt, text: guidance }];
  const characters = told.reduce((sum, { text }) => sum + text.length, 0);
  if (told.length > MAX_TOLD || characters > MAX_TOLD_CHARACTERS) return unchanged(record, 'too-many-words');
  return applied({ ...record, told }, record.live ? 'told-running' : 'told-waiting');
}
