import { blockersThatCount } from './blockers.ts';
import type { Derivations } from './derivations.ts';
import { groupRecordOf, taskRecordOf } from './derivations.ts';
import { ACTIONS_LOGIN, LABEL } from './names.ts';
import type { GroupRecord, TaskRecord } from './record.ts';
import type { Instant, IssueView, LabelChange, Snapshot, StateChange } from './snapshot.ts';
import { millis } from './snapshot.ts';
import { hasSameWriters, isTrustedBody, mayWrite, type Trust } from './trust.ts';

/**
 * Issues as they count. A triager may label, close and reopen, and every workflow may do so as github-actions[bot]: what
 * they do to a plan's issues is not acted upon. Every rule further on sees an issue as those left it who may write.
 */

interface CountedBefore extends Pick<Snapshot, 'issues' | 'app' | 'writers'> {
  /** Its issues as GitHub showed them. */
  readonly seen: readonly IssueView[];
}

/**
 * @param before What was found so for other values: that of an issue which is the same value now is found no more.
 * @returns The snapshot with every issue as it counts. One that nobody else touched is the same value.
 */
export function asItCounts<S extends Pick<Snapshot, 'issues' | 'app' | 'writers'>>(
  snapshot: S,
  derivations: Derivations,
  before?: CountedBefore,
): S {
  const known = before && hasSameWriters(before, snapshot) ? before : undefined;
  let differs = false;
  const issues = snapshot.issues.map((issue, place) => {
    if (known?.seen[place] === issue) {
      const counted = known.issues[place] as IssueView;
      if (counted !== issue) differs = true;
      return counted;
    }
    const record = isTrustedBody(issue, snapshot)
      ? (taskRecordOf(issue, derivations) ?? groupRecordOf(issue, derivations))
      : undefined;
    const counted = standing(issue, { record, trust: snapshot, derivations });
    if (counted !== issue) differs = true;
    return counted;
  });
  return differs ? { ...snapshot, issues } : snapshot;
}

export interface StandingInput {
  /** What is remembered of the issue, where its body can be trusted. */
  readonly record: TaskRecord | GroupRecord | undefined;
  readonly trust: Trust;
  readonly derivations: Pick<Derivations, 'standings'>;
}

/** @returns The issue as it counts: open or closed, opened again, labelled, blocked and placed by those who may write. */
export function standing(issue: IssueView, { record, trust, derivations: { standings } }: StandingInput): IssueView {
  const state = stateThatCounts(issue, { record, trust });
  const reopened = reopeningThatCounts(issue, { record, trust });
  const labels = labelsThatCount(issue, { record, trust });
  const blockedBy = record && !('task' in record) ? issue.blockedBy : blockersThatCount(issue, { record, trust });
  const parent = parentThatCounts(issue, trust);
  const isLeft = !state || isLeftAs(issue, state);
  const isReopenedSo = issue.reopenedAt === reopened?.at;
  // Of nearly every issue.
  if (isLeft && isReopenedSo && labels.length === 0 && blockedBy === issue.blockedBy && parent === issue.parent)
    return issue;
  const key = JSON.stringify([state ?? null, reopened ?? null, labels, blockedBy, parent ?? null]);
  const known = standings.get(issue);
  if (known?.key === key) return known.issue;
  const counted: IssueView = {
    ...issue,
    ...(isLeft ? {} : fieldsOf(state)),
    ...(isReopenedSo ? {} : { reopenedAt: reopened?.at, reopenedBy: reopened?.by }),
    ...(labels.length === 0 ? {} : labelFields(issue, labels)),
    blockedBy,
    parent,
  };
  standings.set(issue, { key, issue: counted });
  return counted;
}

export function stateOf({ open, closedAs }: Pick<IssueView, 'open' | 'closedAs'>): StateChange['to'] {
  return open ? 'open' : (closedAs ?? 'completed');
}

/** Closed as it was by another one since, it is not closed by whoever decided so. */
function isLeftAs(issue: IssueView, { to, by }: StateChange): boolean {
  return stateOf(issue) === to && (issue.open || issue.closedBy === by);
}

type Source = Pick<StandingInput, 'record' | 'trust'>;

/** The last change of its state that counts, where it is not the last one; who never was closed by right is open. */
function stateThatCounts(issue: IssueView, source: Source): StateChange | undefined {
  const again = toBeDoneAgain(issue, source);
  if (again) return again;
  const newest = issue.stateChanges.findLast((change) => counts(change, source));
  if (newest && newest === issue.stateChanges.at(-1)) return undefined;
  const remembered = rememberedOf(issue, source);
  if (remembered && (!newest || millis(remembered.at) >= millis(newest.at))) return remembered;
  return newest ?? { to: 'open', by: issue.author, at: issue.createdAt };
}

/**
 * What was closed before a person asked for it once more is open, whoever closed it: the app opens it. What the app itself
 * closed as completed was closed for what stands for nothing by then, however late.
 */
export function toBeDoneAgain(
  { open, closedAs, closedAt, closedBy }: Pick<IssueView, 'open' | 'closedAs' | 'closedAt' | 'closedBy'>,
  { record, trust: { app } }: Source,
): StateChange | undefined {
  if (open || closedAt === undefined || !record || !('task' in record) || record.done) return undefined;
  const { revoked, retried, listed } = record;
  if (!revoked || retried === undefined) return undefined;
  const isObsolete = closedBy === app && closedAs === 'completed' && !listed;
  return isObsolete || millis(closedAt) < millis(retried) ? { to: 'open', by: undefined, at: retried } : undefined;
}

/**
 * A closing by a workflow counts once what it closed is known to be done, also where the app itself is one: a run closes
 * its issue under the same name before anybody has seen what it landed.
 */
function counts(change: StateChange, { record, trust }: Source): boolean {
  const isOfWorkflow = change.by === ACTIONS_LOGIN && change.to === 'completed';
  if (isOfWorkflow && (record === undefined || 'task' in record)) return isDone(record);
  return mayWrite(change.by, trust);
}

/** It counted when it was seen: nobody has to be able to write for ever. A copy of another issue's body remembers nothing. */
function rememberedOf({ createdAt }: IssueView, { record }: Source): StateChange | undefined {
  const decided = record?.decided;
  return decided && millis(decided.at) >= millis(createdAt) ? decided : undefined;
}

/** What a person lists as completed the app closes as well. */
function isDone(record: Source['record']): boolean {
  return record !== undefined && 'task' in record && (record.done !== undefined || record.listed === true);
}

/** The app opens again what it undoes: only a person asks for more. */
function reopeningThatCounts(issue: IssueView, source: Source): StateChange | undefined {
  const { trust } = source;
  const remembered = rememberedOf(issue, source);
  const newest = issue.stateChanges.findLast(({ to, by }) => to === 'open' && by !== trust.app && mayWrite(by, trust));
  return newest ?? (remembered?.to === 'open' ? remembered : undefined);
}

/** Where those left it who may write; nowhere where nobody of them did: the app then puts it where the plan has it. */
function parentThatCounts({ parent, parentChanges }: IssueView, trust: Trust): number | undefined {
  const last = parentChanges.at(-1);
  if (!last || mayWrite(last.by, trust)) return parent;
  return parentChanges.findLast(({ by }) => mayWrite(by, trust))?.parent;
}

function fieldsOf({ to, by, at }: StateChange): Pick<IssueView, 'open' | 'closedAs' | 'closedAt' | 'closedBy'> {
  if (to === 'open') return { open: true, closedAs: undefined, closedAt: undefined, closedBy: undefined };
  return { open: false, closedAs: to, closedAt: at, closedBy: by };
}

/** The newest change of state by a person who may write, to be remembered; undefined where that is known already. */
export function newDecision(issue: IssueView, { record, trust }: Source): TaskRecord['decided'] {
  const newest = issue.stateChanges.findLast(({ by }) => by !== trust.app && mayWrite(by, trust));
  const known = record?.decided;
  if (newest?.by === undefined || (known && millis(newest.at) <= millis(known.at))) return undefined;
  return { to: newest.to, by: newest.by, at: newest.at };
}

/** By these people steer, as the record calls them. One that does not count stays in view, so that whoever set it gets an answer. */
const STEERING_LABELS = { start: LABEL.start, pause: LABEL.pause } as const;
const STEERING = ['start', 'pause'] as const;
/** By these issues are told apart. The app's other labels stand for nothing: it puts them right, whoever changed them. */
const KIND_LABELS: readonly string[] = [LABEL.plan, LABEL.wave, LABEL.task];

/**
 * The last change of each label by somebody who may write, where others came after; a kind that only others ever gave
 * to the issue is taken from it.
 */
function labelsThatCount(issue: IssueView, source: Source): readonly LabelChange[] {
  const remembered = rememberedLabels(issue, source);
  if (remembered.length === 0 && issue.labelChanges.every(({ by }) => mayWrite(by, source.trust))) return NONE;
  const all = [...remembered, ...issue.labelChanges];
  return [...new Set(all.map(({ label }) => label))].flatMap((label) => {
    const isKind = KIND_LABELS.includes(label);
    if (!isKind && !Object.values<string>(STEERING_LABELS).includes(label)) return [];
    const changes = all.filter((change) => change.label === label);
    const last = changes.at(-1);
    const newest = changes.findLast(({ by }) => mayWrite(by, source.trust));
    if (!last || (newest === last && !remembered.includes(newest))) return [];
    if (newest) return newest.added || isKind ? [newest] : [];
    return isKind && changes[0]?.added ? [{ ...last, added: false }] : [];
  });
}

/** Labels that are there, or that somebody took off since, as they were set before all that is in view. */
function rememberedLabels({ labels, labelChanges, createdAt }: IssueView, { record }: Source): readonly LabelChange[] {
  if (!record?.setters) return NONE;
  return labelsOf(record.setters).flatMap(({ label, by, at }) => {
    const inView = labelChanges.filter((change) => change.label === label);
    const isOutOfView = inView.every((change) => millis(change.at) > millis(at));
    const isKnown = labels.includes(label) || inView.length > 0;
    return isOutOfView && isKnown && millis(at) >= millis(createdAt) ? [{ label, by, at, added: true }] : [];
  });
}

const NONE: readonly never[] = [];

type Setters = NonNullable<GroupRecord['setters']>;

function labelsOf(setters: Setters): readonly { label: string; by: string; at: Instant }[] {
  return STEERING.flatMap((name) => {
    const set = setters[name];
    return set ? [{ label: STEERING_LABELS[name], ...set }] : [];
  });
}

/** So many newer changes of labels, and GitHub may show one no longer at the next reading. */
const MAX_NEWER_CHANGES = 25;

/** Who set the labels that count and are about to leave the view: what the record remembers from now on. */
export function labelSetters({ labelChanges }: IssueView, { record, trust }: Source): Setters | undefined {
  // Of nearly every issue nobody steers.
  if (!record?.setters && !labelChanges.some(({ label }) => label === LABEL.start || label === LABEL.pause))
    return undefined;
  const setters = Object.fromEntries(
    STEERING.flatMap((name) => {
      const place = labelChanges.findLastIndex(
        ({ label, by }) => label === STEERING_LABELS[name] && mayWrite(by, trust),
      );
      const newest = labelChanges[place];
      const isLeaving = newest !== undefined && labelChanges.length - place > MAX_NEWER_CHANGES;
      // One that was set once more since may stay: it is not worth a write, which the app's own change would ask nobody for.
      const known = newest?.added !== false ? record?.setters?.[name] : undefined;
      if (!newest?.added || !isLeaving) return known ? [[name, known]] : [];
      return newest.by === undefined ? [] : [[name, { by: newest.by, at: newest.at }]];
    }),
  );
  return Object.keys(setters).length === 0 ? undefined : setters;
}

function labelFields(issue: IssueView, changes: readonly LabelChange[]): Pick<IssueView, 'labels' | 'labelled'> {
  const set = changes.filter(({ added }) => added);
  const gone = changes.flatMap(({ label, added }) => (added ? [] : [label]));
  const missing = set.flatMap(({ label }) => (issue.labels.includes(label) ? [] : [label]));
  const setters = set.map(({ label, by, at }) => [label, { by: by ?? '', at }] as const);
  return {
    labels: [...issue.labels.filter((label) => !gone.includes(label)), ...missing],
    labelled: new Map([...issue.labelled, ...setters]),
  };
}
