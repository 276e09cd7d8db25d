import { inline } from './markdown.ts';
import type { TaskRecord } from './record.ts';
import type { Blocker, BlockerChange, IssueView } from './snapshot.ts';
import { millis } from './snapshot.ts';
import { mayWrite, type Trust } from './trust.ts';

/**
 * Blockers that people set on the issue of a task, beside those that the plan asks for. A triager may set and take off
 * any: only what people who may write said of one counts, and it goes on counting when they may write no more.
 */

interface Source {
  readonly record: Pick<TaskRecord, 'blockers'> | undefined;
  readonly trust: Trust;
}

type Remembered = NonNullable<TaskRecord['blockers']>;

/** By it blockers are told apart: `acme/oil#3`; `#3` in this repository; those that the app may not see are all one. */
export function blockerKey({ number, repository }: Pick<Blocker, 'number' | 'repository'>): string {
  return repository === '' ? '' : `${repository ?? ''}#${number}`;
}

/** As people read it: `#3`, `acme/oil#3`. */
export function blockerName({ number, repository }: Pick<Blocker, 'number' | 'repository'>): string {
  return repository === '' ? 'an issue that this app may not see' : `${inline(repository ?? '')}#${number}`;
}

/** @returns The blockers that count, in GitHub's order; the same array where that is what GitHub shows. */
export function blockersThatCount(issue: IssueView, source: Source): readonly Blocker[] {
  const { blockedBy, blockerChanges } = issue;
  if (blockerChanges.length === 0) return blockedBy;
  const there = new Set(blockedBy.map(blockerKey));
  const histories = byBlocker(blockerChanges);
  const counts = ([key, changes]: readonly [string, readonly BlockerChange[]]) => isMissed(key, changes, source);
  const missing = [...histories].filter(([key]) => !there.has(key)).filter(counts);
  const kept = blockedBy.filter((blocker) => !isStrange(blockerKey(blocker), histories, source));
  if (missing.length === 0 && kept.length === blockedBy.length) return blockedBy;
  return [...kept, ...missing.flatMap(([, changes]) => changes.at(-1)?.blocker ?? [])];
}

/** @returns What is to be remembered of the blockers that count; the same array where that is known already. */
export function rememberedBlockers(issue: IssueView, source: Source): TaskRecord['blockers'] {
  const known = source.record?.blockers;
  if (!known && issue.blockerChanges.length === 0) return undefined;
  const histories = byBlocker(issue.blockerChanges);
  const found = blockersThatCount(issue, source).flatMap((blocker): Remembered => {
    const word = wordOn(blockerKey(blocker), histories.get(blockerKey(blocker)) ?? [], source);
    if (!word?.added) return [];
    const { number, repository } = blocker;
    return [{ number, ...(repository === undefined ? {} : { repository }), at: word.at }];
  });
  if (JSON.stringify(found) === JSON.stringify(known ?? [])) return known;
  return found.length === 0 ? undefined : found;
}

function byBlocker(changes: readonly BlockerChange[]): ReadonlyMap<string, readonly BlockerChange[]> {
  const found = new Map<string, BlockerChange[]>();
  for (const change of changes) {
    const key = blockerKey(change.blocker);
    const known = found.get(key);
    if (known) known.push(change);
    else found.set(key, [change]);
  }
  return found;
}

/** The last word of a person who may write, or might when it was heard. */
function wordOn(
  key: string,
  changes: readonly BlockerChange[],
  { record, trust }: Source,
): Pick<BlockerChange, 'added' | 'at'> | undefined {
  const newest = changes.findLast(({ by }) => by !== trust.app && mayWrite(by, trust));
  const known = record?.blockers?.find((each) => blockerKey(each) === key);
  if (known && (!newest || millis(newest.at) < millis(known.at))) return { added: true, at: known.at };
  return newest;
}

/** Somebody who may not write took off what a person had set. What the plan asks for the app sets again by itself. */
function isMissed(key: string, changes: readonly BlockerChange[], source: Source): boolean {
  const last = changes.at(-1);
  if (!last || last.added || mayWrite(last.by, source.trust)) return false;
  return wordOn(key, changes, source)?.added === true;
}

/** Nobody set it who may write. One that was there before anything that GitHub still shows is left alone. */
function isStrange(key: string, histories: ReadonlyMap<string, readonly BlockerChange[]>, source: Source): boolean {
  const changes = histories.get(key) ?? [];
  const last = changes.at(-1);
  if (!last?.added || mayWrite(last.by, source.trust) || wordOn(key, changes, source)?.added) return false;
  const before = changes.findLast(({ by }) => mayWrite(by, source.trust));
  return before ? !before.added : changes[0]?.added === true;
}
