import type { Config } from '../../plan/config.ts';
import type { TaskId } from '../../plan/plan.ts';
import type { IssuedCommand } from '../../state/command.ts';
import { limitOfType } from '../../state/limits.ts';
import type { GroupRecord, TaskRecord } from '../../state/record.ts';
import { needsPerson } from '../../state/rules.ts';
import { type Instant, instant, millis, type Snapshot } from '../../state/snapshot.ts';
import type { Timings } from '../../state/timings.ts';
import type { TrackedIssue, TrackedIssues } from '../../state/tracked-issues.ts';
import {
  type AppliedCommands,
  applyCommands,
  MAX_REMEMBERED_COMMANDS,
  retry,
  steerGroup,
  steerTask,
} from './apply-commands.ts';
import { foldReview } from './fold-review.ts';
import { foldRunResult } from './fold-run-result.ts';

/** The tracked issues with everything folded into their records that results, silent runs and commands tell. */
export interface FoldedState {
  readonly tracked: TrackedIssues;
  /** Dispatches to be sent once more under their number. */
  readonly resend: ReadonlySet<TaskId>;
  readonly acknowledged: readonly IssuedCommand[];
  readonly questions: readonly IssuedCommand[];
  readonly refusals: readonly IssuedCommand['comment'][];
  /** Why nothing is dispatched from now on, where this is news. */
  readonly refusal: string | undefined;
  /** Runs that `/cancel` ends, with the issue whose claim they may hold. */
  readonly cancelled: readonly { readonly issue: number; readonly run: number | undefined }[];
  readonly wakeAt: number | undefined;
}

export interface FoldInput {
  readonly snapshot: Snapshot;
  readonly config: Config;
  readonly tracked: TrackedIssues;
  readonly timings: Timings;
}

export function foldEvents({ snapshot, config, tracked, timings }: FoldInput): FoldedState {
  const answered: AppliedCommands<GroupRecord>[] = [];
  const group = (trackedIssue: TrackedIssue<GroupRecord>): TrackedIssue<GroupRecord> => {
    const obeyed = applyCommands(trackedIssue, snapshot, steerGroup);
    answered.push(obeyed);
    return { ...trackedIssue, record: obeyed.record };
  };
  const plan = tracked.plan && group(tracked.plan);
  const orders = answered.flatMap(({ applied }) => applied);
  const waves = new Map<number, TrackedIssue<GroupRecord>>();
  const waveOrders = new Map<number, readonly IssuedCommand[]>();
  for (const [number, trackedIssue] of tracked.waves) {
    const before = answered.length;
    waves.set(number, group(trackedIssue));
    waveOrders.set(
      number,
      answered.slice(before).flatMap(({ applied }) => applied),
    );
  }

  const tasks = new Map<TaskId, TrackedIssue<TaskRecord>>(tracked.tasks);
  const resend = new Set<TaskId>();
  const cancelled: { issue: number; run: number | undefined }[] = [];
  const told: AppliedCommands<TaskRecord>[] = [];
  let wakeAt: number | undefined;
  let refusal: string | undefined;
  const quotas: NonNullable<GroupRecord['quota']>[number][] = [];
  const ordered = answered.some(({ applied }) => applied.length > 0);
  const spoken = new Set(snapshot.comments.map((comment) => comment.issue));
  const waveOf = new Map([...waves.values()].map(({ issue, record }) => [issue.number, record.wave]));
  for (const [id, trackedIssue] of tracked.tasks) {
    if (!ordered && isQuiet(trackedIssue, spoken)) continue;
    const folded = foldRunResult(trackedIssue, { snapshot, timings, attempts: config.attempts });
    if (folded.resend) resend.add(id);
    refusal ??= folded.refusal;
    if (folded.quota) {
      quotas.push({ agent: limitOfType(folded.quota.type, config), until: folded.quota.until });
    }
    if (folded.abandoned) cancelled.push({ issue: trackedIssue.issue.number, run: folded.abandoned.run });
    if (folded.wakeAt !== undefined) wakeAt = Math.min(wakeAt ?? folded.wakeAt, folded.wakeAt);
    const followed = foldReview(folded.record, snapshot);
    const heard = trackedIssue.intact ? followed : withReplayedCommands(followed, trackedIssue.issue.number, snapshot);
    const obeyed = applyCommands({ issue: trackedIssue.issue, record: heard }, snapshot, steerTask(config.attempts));
    told.push(obeyed);
    const wave = waveOf.get(trackedIssue.issue.parent ?? Number.NaN);
    const fromAbove = [...orders, ...(waveOrders.get(wave ?? Number.NaN) ?? [])];
    const record = fromAbove
      .filter((heard) => !isOverruled(heard, obeyed.applied))
      .reduce((known, heard) => passDown(known, heard, config), obeyed.record);
    if (folded.record.live && !record.live) {
      cancelled.push({ issue: trackedIssue.issue.number, run: folded.record.live.run });
      resend.delete(id);
    }
    tasks.set(id, { ...trackedIssue, record });
  }

  const everything = [...answered, ...told];
  const { integrationBranch } = snapshot.repository;
  // Whoever says that it is mended gets another try first.
  const mended = orders.some(({ command: { name } }) => name === 'start' || name === 'resume');
  if (integrationBranch?.refused !== undefined && !mended)
    refusal ??= `GitHub refused to make the branch ${integrationBranch.branch}: ${integrationBranch.refused}`;
  const refused = plan && rememberRefusal(plan, refusal, snapshot);
  const marked = refused && advanceWatermark(refused, tracked, tasks, snapshot, everything);
  return {
    tracked: {
      ...tracked,
      plan: marked && rememberQuotas(marked, quotas, snapshot),
      waves,
      tasks,
    },
    resend,
    acknowledged: everything.flatMap(({ applied }) => applied),
    questions: everything.flatMap(({ questions }) => questions),
    refusals: everything.flatMap(({ refusals }) => refusals),
    refusal: refused !== plan ? refused?.record.refusal?.what : undefined,
    cancelled,
    wakeAt,
  };
}

/** Nothing of it runs, and nobody said or did anything: there is nothing to fold in. */
function isQuiet({ issue, record, intact }: TrackedIssue<TaskRecord>, commented: ReadonlySet<number>): boolean {
  const still = record.live === undefined && (record.review === undefined || record.done !== undefined);
  return intact && still && issue.reopenedAt === undefined && !commented.has(issue.number);
}

/** Of a record that was remade: commands from before the newest thing it tells of took effect long ago. */
function withReplayedCommands(record: TaskRecord, issue: number, { comments }: Snapshot): TaskRecord {
  const newest = record.live?.sent ?? record.history.at(-1)?.ended;
  if (newest === undefined) return record;
  const old = comments.filter((comment) => comment.issue === issue && millis(comment.createdAt) <= millis(newest));
  return { ...record, commands: [...record.commands, ...old.map(({ id }) => id)].slice(-MAX_REMEMBERED_COMMANDS) };
}

/** Remembers on the plan issue until when the limits of model providers last. */
function rememberQuotas(
  plan: TrackedIssue<GroupRecord>,
  met: NonNullable<GroupRecord['quota']>,
  { now }: Snapshot,
): TrackedIssue<GroupRecord> {
  if (met.length === 0) return plan;
  const ends = new Map<string, Instant>();
  for (const { agent, until } of [...(plan.record.quota ?? []), ...met]) {
    const known = ends.get(agent);
    if (millis(until) > now && (known === undefined || millis(until) > millis(known))) ends.set(agent, until);
  }
  const quota = [...ends].map(([agent, until]) => ({ agent, until })).sort((a, b) => (a.agent < b.agent ? -1 : 1));
  return { ...plan, record: { ...plan.record, quota } };
}

/** Remembers on the plan issue that GitHub takes no dispatch, until a person says `/resume` or `/start` there. */
function rememberRefusal(
  plan: TrackedIssue<GroupRecord>,
  what: string | undefined,
  { now }: Snapshot,
): TrackedIssue<GroupRecord> {
  // Said once: what else is refused until a person looks is more of the same.
  if (what === undefined || plan.record.refusal) return plan;
  const text = `${what}; mend it, then comment /resume on #${plan.issue.number}`;
  return { ...plan, record: { ...plan.record, refusal: { at: instant(now), what: text } } };
}

/** True when a person said something else on the task itself afterwards. */
function isOverruled({ comment }: IssuedCommand, own: readonly IssuedCommand[]): boolean {
  return own.some(
    ({ comment: { id }, command: { name } }) =>
      id > comment.id && (name === 'start' || name === 'retry' || name === 'cancel'),
  );
}

/** `/retry` and `/cancel` on a wave or plan speak to those of its tasks that failed, are held, or run. */
function passDown(record: TaskRecord, heard: IssuedCommand, config: Config): TaskRecord {
  const stuck = !record.live && needsPerson(record, record.ceiling ?? config.attempts) !== undefined;
  if (heard.command.name === 'retry' && (stuck || record.hold)) return retry(record, heard, config.attempts);
  if (heard.command.name === 'cancel' && record.live) return steerTask(config.attempts)(record, heard);
  if (heard.command.name === 'start' && record.hold) return { ...record, hold: undefined };
  return record;
}

/** More than this many comments in view, and the watermark moves although none of them was for us. */
const CHATTER = 50;

/**
 * Moves the watermark when something took effect. It moves in the same batch as the records that hold the effects,
 * and comments from two minutes before it are read again, so one that shows up late is not lost.
 */
function advanceWatermark(
  plan: TrackedIssue<GroupRecord>,
  before: TrackedIssues,
  tasks: ReadonlyMap<TaskId, TrackedIssue<TaskRecord>>,
  snapshot: Snapshot,
  obeyed: readonly AppliedCommands<TaskRecord | GroupRecord>[],
): TrackedIssue<GroupRecord> {
  const newest = snapshot.comments.reduce<Instant | undefined>(
    (latest, { createdAt }) => (latest === undefined || millis(createdAt) > millis(latest) ? createdAt : latest),
    undefined,
  );
  const known = plan.record.watermark;
  if (newest === undefined || (known !== undefined && millis(newest) <= millis(known))) return plan;
  const heard = obeyed.some(
    ({ applied, questions, refusals }) => applied.length + questions.length + refusals.length > 0,
  );
  let ended = false;
  for (const [id, { record }] of tasks) {
    ended ||= record.history.length !== before.tasks.get(id)?.record.history.length;
  }
  if (!heard && !ended && snapshot.comments.length <= CHATTER) return plan;
  return { ...plan, record: { ...plan.record, watermark: newest } };
}
