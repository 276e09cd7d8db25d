import type { Config } from '../../plan/config.ts';
import type { TaskId } from '../../plan/plan.ts';
import { limitOfType } from '../../state/limits.ts';
import type { GroupRecord, TaskRecord } from '../../state/record.ts';
import { needsPerson } from '../../state/rules.ts';
import { type Instant, instant, millis, type Snapshot } from '../../state/snapshot.ts';
import type { Timings } from '../../state/timings.ts';
import type { Subject, Subjects } from '../../state/tracked-issues.ts';
import { type Heard, type Obeyed, obey, REMEMBERED, retry, steerGroup, steerTask } from './apply-commands.ts';
import { followReview } from './fold-review.ts';
import { settle } from './fold-run-result.ts';

/** The subjects with everything folded into their records that results, silent runs and commands tell. */
export interface Absorbed {
  readonly subjects: Subjects;
  /** Dispatches to be sent once more under their number. */
  readonly resend: ReadonlySet<TaskId>;
  readonly acknowledged: readonly Heard[];
  readonly questions: readonly Heard[];
  readonly refusals: readonly Heard['comment'][];
  /** Why nothing is dispatched from now on, where this is news. */
  readonly refusal: string | undefined;
  /** Runs that `/cancel` ends, with the issue whose claim they may hold. */
  readonly cancelled: readonly { readonly issue: number; readonly run: number | undefined }[];
  readonly wakeAt: number | undefined;
}

export interface AbsorbInput {
  readonly snapshot: Snapshot;
  readonly config: Config;
  readonly subjects: Subjects;
  readonly timings: Timings;
}

export function absorb({ snapshot, config, subjects, timings }: AbsorbInput): Absorbed {
  const answered: Obeyed<GroupRecord>[] = [];
  const group = (subject: Subject<GroupRecord>): Subject<GroupRecord> => {
    const obeyed = obey(subject, snapshot, steerGroup);
    answered.push(obeyed);
    return { ...subject, record: obeyed.record };
  };
  const plan = subjects.plan && group(subjects.plan);
  const orders = answered.flatMap(({ taken }) => taken);
  const waves = new Map<number, Subject<GroupRecord>>();
  const waveOrders = new Map<number, readonly Heard[]>();
  for (const [number, subject] of subjects.waves) {
    const before = answered.length;
    waves.set(number, group(subject));
    waveOrders.set(
      number,
      answered.slice(before).flatMap(({ taken }) => taken),
    );
  }

  const tasks = new Map<TaskId, Subject<TaskRecord>>(subjects.tasks);
  const resend = new Set<TaskId>();
  const cancelled: { issue: number; run: number | undefined }[] = [];
  const told: Obeyed<TaskRecord>[] = [];
  let wakeAt: number | undefined;
  let refusal: string | undefined;
  const quotas: NonNullable<GroupRecord['quota']>[number][] = [];
  const ordered = answered.some(({ taken }) => taken.length > 0);
  const spoken = new Set(snapshot.comments.map((comment) => comment.issue));
  const waveOf = new Map([...waves.values()].map(({ issue, record }) => [issue.number, record.wave]));
  for (const [id, subject] of subjects.tasks) {
    if (!ordered && isQuiet(subject, spoken)) continue;
    const settled = settle(subject, { snapshot, timings, attempts: config.attempts });
    if (settled.resend) resend.add(id);
    refusal ??= settled.refusal;
    if (settled.quota) {
      quotas.push({ agent: limitOfType(settled.quota.type, config), until: settled.quota.until });
    }
    if (settled.abandoned) cancelled.push({ issue: subject.issue.number, run: settled.abandoned.run });
    if (settled.wakeAt !== undefined) wakeAt = Math.min(wakeAt ?? settled.wakeAt, settled.wakeAt);
    const followed = followReview(settled.record, snapshot);
    const heard = subject.intact ? followed : replayed(followed, subject.issue.number, snapshot);
    const obeyed = obey({ issue: subject.issue, record: heard }, snapshot, steerTask(config.attempts));
    told.push(obeyed);
    const wave = waveOf.get(subject.issue.parent ?? Number.NaN);
    const fromAbove = [...orders, ...(waveOrders.get(wave ?? Number.NaN) ?? [])];
    const record = fromAbove
      .filter((heard) => !overruled(heard, obeyed.taken))
      .reduce((known, heard) => passDown(known, heard, config), obeyed.record);
    if (settled.record.live && !record.live) {
      cancelled.push({ issue: subject.issue.number, run: settled.record.live.run });
      resend.delete(id);
    }
    tasks.set(id, { ...subject, record });
  }

  const everything = [...answered, ...told];
  const { apart } = snapshot.repository;
  // Whoever says that it is mended gets another try first.
  const mended = orders.some(({ command: { name } }) => name === 'start' || name === 'resume');
  if (apart?.refused !== undefined && !mended)
    refusal ??= `GitHub refused to make the branch ${apart.branch}: ${apart.refused}`;
  const refused = plan && refusing(plan, refusal, snapshot);
  const marked = refused && watermarked(refused, subjects, tasks, snapshot, everything);
  return {
    subjects: {
      ...subjects,
      plan: marked && limiting(marked, quotas, snapshot),
      waves,
      tasks,
    },
    resend,
    acknowledged: everything.flatMap(({ taken }) => taken),
    questions: everything.flatMap(({ questions }) => questions),
    refusals: everything.flatMap(({ refusals }) => refusals),
    refusal: refused !== plan ? refused?.record.refusal?.what : undefined,
    cancelled,
    wakeAt,
  };
}

/** Nothing of it runs, and nobody said or did anything: there is nothing to fold in. */
function isQuiet({ issue, record, intact }: Subject<TaskRecord>, spoken: ReadonlySet<number>): boolean {
  const still = record.live === undefined && (record.review === undefined || record.done !== undefined);
  return intact && still && issue.reopenedAt === undefined && !spoken.has(issue.number);
}

/** Of a record that was remade: commands from before the newest thing it tells of took effect long ago. */
function replayed(record: TaskRecord, issue: number, { comments }: Snapshot): TaskRecord {
  const newest = record.live?.sent ?? record.history.at(-1)?.ended;
  if (newest === undefined) return record;
  const old = comments.filter((comment) => comment.issue === issue && millis(comment.createdAt) <= millis(newest));
  return { ...record, commands: [...record.commands, ...old.map(({ id }) => id)].slice(-REMEMBERED) };
}

/** Remembers on the plan issue until when the limits of model providers last. */
function limiting(
  plan: Subject<GroupRecord>,
  met: NonNullable<GroupRecord['quota']>,
  { now }: Snapshot,
): Subject<GroupRecord> {
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
function refusing(plan: Subject<GroupRecord>, what: string | undefined, { now }: Snapshot): Subject<GroupRecord> {
  // Said once: what else is refused until a person looks is more of the same.
  if (what === undefined || plan.record.refusal) return plan;
  const text = `${what}; mend it, then comment /resume on #${plan.issue.number}`;
  return { ...plan, record: { ...plan.record, refusal: { at: instant(now), what: text } } };
}

/** True when a person said something else on the task itself afterwards. */
function overruled({ comment }: Heard, own: readonly Heard[]): boolean {
  return own.some(
    ({ comment: { id }, command: { name } }) =>
      id > comment.id && (name === 'start' || name === 'retry' || name === 'cancel'),
  );
}

/** `/retry` and `/cancel` on a wave or plan speak to those of its tasks that failed, are held, or run. */
function passDown(record: TaskRecord, heard: Heard, config: Config): TaskRecord {
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
function watermarked(
  plan: Subject<GroupRecord>,
  before: Subjects,
  tasks: ReadonlyMap<TaskId, Subject<TaskRecord>>,
  snapshot: Snapshot,
  obeyed: readonly Obeyed<TaskRecord | GroupRecord>[],
): Subject<GroupRecord> {
  const newest = snapshot.comments.reduce<Instant | undefined>(
    (latest, { createdAt }) => (latest === undefined || millis(createdAt) > millis(latest) ? createdAt : latest),
    undefined,
  );
  const known = plan.record.watermark;
  if (newest === undefined || (known !== undefined && millis(newest) <= millis(known))) return plan;
  const heard = obeyed.some(({ taken, questions, refusals }) => taken.length + questions.length + refusals.length > 0);
  let ended = false;
  for (const [id, { record }] of tasks) {
    ended ||= record.history.length !== before.tasks.get(id)?.record.history.length;
  }
  if (!heard && !ended && snapshot.comments.length <= CHATTER) return plan;
  return { ...plan, record: { ...plan.record, watermark: newest } };
}
