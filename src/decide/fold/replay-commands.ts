import type { TaskRecord } from '../../state/record.ts';
import { type CommentView, type Instant, type IssueView, millis, type Snapshot } from '../../state/snapshot.ts';
import type { TrackedIssues } from '../../state/tracked-issues.ts';
import { type Act, applyCommands } from './apply-commands.ts';

/**
 * What becomes of the commands on an issue whose record was lost. They took effect long ago: what they set is set
 * again, and nothing of it is answered, ends or begins a second time.
 */

interface Lost {
  readonly issue: IssueView;
  readonly snapshot: Snapshot;
  readonly act: Act<TaskRecord>;
}

/** Of a task: every command up to the newest thing that its runs tell of, or up to the app's closing of its issue. */
export function withReplayedCommands(record: TaskRecord, { issue, snapshot, act }: Lost): TaskRecord {
  const ran = record.live?.sent ?? record.history.at(-1)?.ended;
  const closed = issue.closedBy === snapshot.app ? issue.closedAt : undefined;
  const newest = closed !== undefined && (ran === undefined || isAfter(closed, ran)) ? closed : ran;
  if (newest === undefined) return record;
  const comments = snapshot.comments.filter(({ createdAt }) => !isAfter(createdAt, newest));
  // As if nothing had run yet: no command of then is about what runs now.
  const bare: TaskRecord = { ...record, live: undefined, review: undefined, history: [] };
  const { record: then } = applyCommands({ issue, record: bare, snapshot: { ...snapshot, comments } }, act);
  const isHeld = then.hold && (!record.live || isAfter(then.hold.at, record.live.sent));
  const isSkipped = then.skipped && (issue.reopenedAt === undefined || !issue.open);
  return {
    ...record,
    start: then.start,
    pause: then.pause,
    resumed: then.resumed,
    hold: record.hold ?? (isHeld ? then.hold : undefined),
    ...(isSkipped ? { skipped: true } : {}),
    priority: then.priority,
    model: then.model,
    guidance: then.guidance,
    accepted: then.accepted,
    commands: then.commands,
    refused: then.refused,
    ignored: then.ignored,
  };
}

/**
 * Of a plan or wave: every comment up to the newest thing that the records of tasks tell of. What comes after it may be
 * news.
 */
export function wasHeardBefore({ tasks }: TrackedIssues): (comment: CommentView) => boolean {
  let newestId = 0;
  let newest: Instant | undefined;
  for (const { record } of tasks.values()) {
    const { plan = 0, wave = 0 } = record.followed ?? {};
    newestId = Math.max(newestId, plan, wave, ...record.commands);
    for (const at of [record.live?.sent, record.history.at(-1)?.ended])
      if (at !== undefined && (newest === undefined || isAfter(at, newest))) newest = at;
  }
  return ({ id, createdAt }) => id <= newestId || (newest !== undefined && !isAfter(createdAt, newest));
}

function isAfter(one: Instant, other: Instant): boolean {
  return millis(one) > millis(other);
}
