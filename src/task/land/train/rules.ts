import { type Entry, isSameRun } from './train.ts';

/**
 * How a run behaves in the merge train, without git, clock or network: what it knows, and what it does next. Every run
 * follows these rules alone, by what it reads; none of them trusts another one to do so.
 */

/** Verifications upon works that have not landed before a run verifies only when nothing is ahead of it. */
const MAX_PREDICTIONS = 4;
/** Verifications on the head itself, each made void by somebody else, before the work is given back. */
const MAX_ON_HEAD = 6;
/**
 * A claim that cannot be seen may be one that cannot be seen yet: GitHub may answer with what was a minute ago, and what
 * comes after a train that has gone back is not believed for a minute.
 */
const MISSING_MS = 120_000;

/** What a run sees of the remote. */
export interface Sight {
  /** The entries that live, in their order: their claim is the one that they name, and they have not landed. */
  readonly live: readonly Entry[];
  /** The tree of the base's newest commit; trees that differ in what the app projects are one. */
  readonly base: string;
  /** The run's own claim; where it has landed, that went with it. */
  readonly claim: 'held' | 'missing' | 'landed';
}

/** What would be there when the run's turn comes. */
export interface Prediction {
  /** The live entries ahead of the run that merge: the work is brought onto the base with these. */
  readonly upon: readonly Entry[];
  /** Trees, exempt paths apart: what the work would land on, and what would land. */
  readonly onto: string;
  /** A conflict is with the base, or with works that have not landed. */
  readonly work: { readonly tree: string } | { readonly conflict: 'base' | 'works' };
}

/** Belongs to what was verified and to what that stands on: nothing less is reused. */
export interface Verdict {
  readonly onto: string;
  readonly tree: string;
  readonly passed: boolean;
}

/** When a run takes a place in the train: at once, not before it has passed without one, or never. */
export type Joining = 'at-once' | 'once-passed' | 'never';

/** What a run remembers of its way through the train. */
export interface Ride {
  /** As the run would write it down; its limit grows with what it measures. */
  readonly entry: Entry;
  readonly joining: Joining;
  /** Whether it was in the train when it last looked, or wrote. */
  readonly joined: boolean;
  readonly verdicts: readonly Verdict[];
  /** Without a place, what it verifies upon: who joins meanwhile does not make that void. */
  readonly below: readonly Entry[] | undefined;
  /** Verifications that it began, upon others and on the head. */
  readonly predictions: number;
  readonly onHead: number;
  /** When its claim was first not to be seen (ms). */
  readonly missingSince: number | undefined;
  /** The other run that it sees first, what that one stands on, and since when (ms, never set back). */
  readonly first: { readonly entry: Entry; readonly base: string; readonly since: number } | undefined;
}

export function startRide(entry: Entry, joining: Joining): Ride {
  return {
    entry,
    joining,
    joined: false,
    verdicts: [],
    below: undefined,
    predictions: 0,
    onHead: 0,
    missingSince: undefined,
    first: undefined,
  };
}

/** @param now Milliseconds of a clock that is never set back. */
export function observe(ride: Ride, { sight, now }: { readonly sight: Sight; readonly now: number }): Ride {
  const joined = placeOf(ride.entry, sight.live) >= 0;
  // Others take out who is first. Where the train itself was lost, nobody was too slow.
  const wasTakenOut = ride.joined && !joined && ride.first === undefined;
  return {
    ...ride,
    joined,
    joining: wasTakenOut && ride.joining === 'at-once' ? 'once-passed' : ride.joining,
    missingSince: sight.claim === 'missing' ? (ride.missingSince ?? now) : undefined,
    first: firstOther(ride, { sight, now }),
  };
}

function firstOther(ride: Ride, { sight, now }: { readonly sight: Sight; readonly now: number }): Ride['first'] {
  const [entry] = sight.live;
  if (!entry || isSameRun(entry, ride.entry)) return undefined;
  const { first } = ride;
  const isKnown =
    first && isSameRun(first.entry, entry) && first.entry.work === entry.work && first.base === sight.base;
  return isKnown ? first : { entry, base: sight.base, since: now };
}

/** The live entries that the run builds on: those before it, or all where it has no place. */
export function aheadOf(
  { entry, joining, below }: Pick<Ride, 'entry' | 'joining' | 'below'>,
  { live }: Pick<Sight, 'live'>,
): readonly Entry[] {
  const place = placeOf(entry, live);
  if (place >= 0) return live.slice(0, place);
  if (joining === 'never') return [];
  const others = live.filter(({ issue }) => issue !== entry.issue);
  return below ? others.filter((other) => below.some((one) => isSameRun(one, other))) : others;
}

function placeOf(entry: Entry, live: readonly Entry[]): number {
  return live.findIndex((other) => isSameRun(other, entry));
}

export type Move =
  | { readonly kind: 'landed' | 'superseded' | 'conflict' | 'give-back' }
  | { readonly kind: 'fail'; readonly verdict: Verdict }
  /** Nothing to do but to look again. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'join' }
  /** Takes out another one that has been first for too long. */
  | { readonly kind: 'take-out'; readonly entry: Entry }
  | { readonly kind: 'verify'; readonly onto: string; readonly tree: string }
  | { readonly kind: 'push' };

export interface Occasion {
  readonly sight: Sight;
  readonly prediction: Prediction;
  readonly now: number;
  /** What is being verified. */
  readonly verifying: Pick<Verdict, 'onto' | 'tree'> | undefined;
  /** Less job time is left than two limits. */
  readonly late: boolean;
}

/** @returns What is to be done whatever the prediction is; undefined where that decides. */
export function moveWithoutPrediction(ride: Ride, { sight, now }: Pick<Occasion, 'sight' | 'now'>): Move | undefined {
  if (sight.claim === 'landed') return { kind: 'landed' };
  if (ride.missingSince !== undefined) return { kind: now - ride.missingSince < MISSING_MS ? 'wait' : 'superseded' };
  // What it failed upon has landed by now, and nothing else.
  const verdict = ride.verdicts.find(({ onto, passed }) => !passed && onto === sight.base);
  return verdict && { kind: 'fail', verdict };
}

/**
 * A failure and a conflict upon works that have not landed say nothing yet: the run keeps its place until each of them
 * has landed, and then it counts, or one has left, and then it verifies again.
 */
export function nextMove(ride: Ride, occasion: Occasion): Move {
  const { sight, late, verifying, prediction } = occasion;
  const { upon, onto, work } = prediction;
  if ('conflict' in work && work.conflict === 'base') return { kind: 'conflict' };
  const verdict = 'tree' in work ? findVerdict(ride, { onto, tree: work.tree }) : undefined;
  const isNext = aheadOf(ride, sight).length === 0;
  if (verdict?.passed && isNext && (ride.joined || ride.joining === 'never' || sight.live.length === 0))
    return { kind: 'push' };
  if (mayJoin(ride)) return late ? { kind: 'give-back' } : { kind: 'join' };
  if (verdict || 'conflict' in work) return waitForOthers(ride, occasion);
  if (verifying?.onto === onto && verifying.tree === work.tree) return { kind: 'wait' };
  if (late || (upon.length === 0 && ride.onHead >= MAX_ON_HEAD)) return { kind: 'give-back' };
  if (ride.predictions >= MAX_PREDICTIONS && !isNext) return waitForOthers(ride, occasion);
  return { kind: 'verify', onto, tree: work.tree };
}

/** Who comes late takes no place before it has passed, or else it would never be its turn. */
function mayJoin({ joined, joining, predictions }: Ride): boolean {
  return !joined && (joining === 'at-once' || (joining === 'once-passed' && predictions >= MAX_PREDICTIONS));
}

/** Longer than whoever is first may take, and than this run took itself, nobody waits. */
function waitForOthers({ first, entry }: Ride, { now, late }: Pick<Occasion, 'now' | 'late'>): Move {
  if (late) return { kind: 'give-back' };
  const isOverdue = first && now - first.since >= Math.max(first.entry.limit, entry.limit) * 1_000;
  return isOverdue ? { kind: 'take-out', entry: first.entry } : { kind: 'wait' };
}

export function findVerdict(
  { verdicts }: Pick<Ride, 'verdicts'>,
  { onto, tree }: Pick<Verdict, 'onto' | 'tree'>,
): Verdict | undefined {
  return verdicts.find((verdict) => verdict.onto === onto && verdict.tree === tree);
}

/** After its own write to the train went through. */
export function hasJoined(ride: Ride): Ride {
  return { ...ride, joined: true };
}

/** @param upon Nothing but the base is below it where there are none. */
export function beginsToVerify(ride: Ride, upon: readonly Entry[]): Ride {
  const isOnHead = upon.length === 0;
  return {
    ...ride,
    below: ride.joined ? undefined : upon,
    predictions: ride.predictions + (isOnHead ? 0 : 1),
    onHead: ride.onHead + (isOnHead ? 1 : 0),
  };
}

/** What was being verified is no prediction any more. */
export function wasVoided(ride: Ride): Ride {
  return { ...ride, below: undefined };
}

/** @param limit What it may take by what it has measured (s). */
export function hasVerdict(
  ride: Ride,
  { verdict, limit }: { readonly verdict: Verdict; readonly limit: number },
): Ride {
  return {
    ...ride,
    entry: { ...ride.entry, limit },
    joining: verdict.passed && ride.joining === 'once-passed' ? 'at-once' : ride.joining,
    verdicts: [...ride.verdicts, verdict],
  };
}
