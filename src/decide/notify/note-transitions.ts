import type { Config } from '../../plan/config.ts';
import { type Notice, type Notices, noticeKey } from '../../state/notice.ts';
import type { GroupRecord } from '../../state/record.ts';
import { instant, millis } from '../../state/snapshot.ts';
import { isClosedToUs, type TrackedIssues } from '../../state/tracked-issues.ts';
import { type Condition, type ConditionsInput, conditions } from './conditions.ts';

/** More wait in the record until these are sent: it is one body with much else. */
const MAX_OUTBOX = 20;

/** Whoever was not reached for so long is not told any more (ms). */
const MAX_AGE = 6 * 60 * 60_000;

export interface NoteInput extends ConditionsInput {
  readonly config: Config;
  /** As `noticeKey` names them. */
  readonly settledNotices: ReadonlySet<string> | undefined;
}

/**
 * Keeps in the plan's record what people are to be told elsewhere: what holds now and was not told. A process that dies
 * before the record is written has sent nothing, and the next one finds the same; after it, the record says what is to go.
 */
export function noteTransitions(input: NoteInput): TrackedIssues {
  const { tracked } = input;
  const { plan } = tracked;
  if (!plan || isClosedToUs(plan)) return tracked;
  return { ...tracked, plan: { ...plan, record: withNotices(plan.record, input) } };
}

/** When the oldest of what is to be sent is given up. */
export function noticesUntil(record: GroupRecord | undefined): number | undefined {
  const oldest = record?.notices?.outbox[0];
  return oldest && millis(oldest.at) + MAX_AGE;
}

function withNotices(record: GroupRecord, input: NoteInput): GroupRecord {
  const { notices: before, ...rest } = record;
  return input.config.notify.length === 0 ? rest : { ...record, notices: noticesAfter(before, input) };
}

function noticesAfter(before: Notices | undefined, input: NoteInput): Notices {
  const { config, snapshot } = input;
  const wanted = new Set<string>(config.notify.flatMap(({ events }) => events));
  const holding = conditions(input);
  // Whoever asks to be told hears of what waits for somebody, and not of what was done before.
  const known = new Set(before?.told ?? holding.flatMap(({ name, isPast }) => (isPast ? [name] : [])));
  const kept = (before?.outbox ?? []).filter((each) => isToBeSent(each, input));
  const isWanted = ({ about }: Condition) => wanted.has(about.event);
  const news = holding.filter((one) => !known.has(one.name) && isWanted(one)).slice(0, MAX_OUTBOX - kept.length);
  const last = before?.last ?? 0;
  const at = instant(snapshot.now);
  const told = holding.filter((one) => known.has(one.name) || news.includes(one) || !isWanted(one));
  return {
    last: last + news.length,
    told: told.map(({ name }) => name),
    outbox: [...kept, ...news.map(({ about }, nth): Notice => ({ id: last + nth + 1, at, about }))],
  };
}

function isToBeSent({ id, at }: Notice, { snapshot: { now }, tracked, settledNotices }: NoteInput): boolean {
  const issue = tracked.plan?.issue.number ?? Number.NaN;
  return now < millis(at) + MAX_AGE && !settledNotices?.has(noticeKey({ issue, id }));
}
