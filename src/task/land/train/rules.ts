import { type Entry, isSameRun } from './train.ts';

/**
 * How a run behaves in the merge train, without git, clock or network: what it knows, and what it does next. Every run
 * follows these rules alone, by what it reads; none of them trusts another one to do so.
 */

/** Predictions that came to nothing before a run verifies only when nothing is ahead of it. */
const MAX_VOIDED = 4;
/** Verifications on the head itself, each made void by somebody else, before the work is given back. */
const MAX_ON_HEAD = 6;
/** A claim that cannot be seen may be one that cannot be seen yet: GitHub may answer with what was a minute ago. */
const MISSING_MS = 60_000;

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

/** When a run gets into the train: before its first verification, once it has passed one outside, or not at all. */
export type Joining = 'first' | 'passed' | 'never';

/** What a run remembers of its way through the train. */
export interface Ride {
  readonly entry: Entry;
  readonly joining: Joining;
  /** Whether it was in the train when it last looked, or wrote. */
  readonly joined: boolean;
  /** It has passed a verification since it last left. */
  readonly passed: boolean;
  readonly verdicts: readonly Verdict[];
  /** Works upon which it failed or did not merge: nothing is done until each has landed or one has left. */
  readonly aside: readonly Entry[];
  /** Without a place, what it verifies upon: who joins meanwhile does not make that void. */
  readonly below: readonly Entry[] | undefined;
  readonly voided: number;
  readonly onHead: number;
  /** When its claim was first not to be seen (ms). */
  readonly missingSince: number | undefined;
  /** The other run that it sees first, what that one stands on, and since when (ms, never set back). */
  readonly first: { readonly entry: Entry; readonly base: string; readonly since: number } | undefined;
}

export function startRide(
  entry: Entry,
  { joining, passed }: { readonly joining: Joining; readonly passed: boolean },
): Ride {
  return {
    entry,
    joining,
    joined: false,
    passed,
    verdicts: [],
    aside: [],
    below: undefined,
    voided: 0,
    onHead: 0,
    missingSince: undefined,
    first: undefined,
  };
}

/** @param now Milliseconds of a clock that is never set back. @param landed Entries that are on the base. */
export function observe(
  ride: Ride,
  { sight, now, landed }: { readonly sight: Sight; readonly now: number; readonly landed: readonly Entry[] },
): Ride {
  const joined = sight.live.some((entry) => isSameRun(entry, ride.entry));
  const takenOut = ride.joined && !joined;
  return {
    ...ride,
    joined,
    // It comes late: it takes no place again before it has passed.
    passed: ride.passed && !takenOut,
    joining: takenOut && ride.joining === 'first' ? 'passed' : ride.joining,
    aside: stillWaitedFor(ride.aside, { live: sight.live, landed }),
    missingSince: sight.claim === 'missing' ? (ride.missingSince ?? now) : undefined,
    first: firstOther(ride, { sight, now }),
  };
}

/** Nothing is waited for once one of them has left, or all of them have landed. */
function stillWaitedFor(
  aside: readonly Entry[],
  { live, landed }: { readonly live: readonly Entry[]; readonly landed: readonly Entry[] },
): readonly Entry[] {
  const isIn = (entries: readonly Entry[], entry: Entry) => entries.some((other) => isSameRun(other, entry));
  const open = aside.filter((entry) => !isIn(landed, entry));
  // Another work of the same run is another work.
  return open.every(({ issue, work }) => live.some((entry) => entry.issue === issue && entry.work === work))
    ? open
    : [];
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
  const place = live.findIndex((other) => isSameRun(other, entry));
  if (place >= 0) return live.slice(0, place);
  if (joining === 'never') return [];
  const others = live.filter(({ issue }) => issue !== entry.issue);
  return below ? others.filter((other) => below.some((one) => isSameRun(one, other))) : others;
}

export type Move =
  | { readonly kind: 'landed' | 'superseded' | 'conflict' | 'fail' | 'give-back' }
  /** Nothing to do but to look again. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'join' }
  /** Leaves its place, if it has one, and waits for these. */
  | { readonly kind: 'step-aside'; readonly for: readonly Entry[] }
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
export function moveWithoutPrediction(ride: Ride, occasion: Omit<Occasion, 'prediction'>): Move | undefined {
  const { sight, late, now } = occasion;
  if (sight.claim === 'landed') return { kind: 'landed' };
  if (ride.missingSince !== undefined) return { kind: now - ride.missingSince < MISSING_MS ? 'wait' : 'superseded' };
  // What it failed upon has landed by now, and nothing else.
  if (ride.verdicts.some(({ onto, passed }) => !passed && onto === sight.base)) return { kind: 'fail' };
  if (ride.aside.length === 0) return undefined;
  if (ride.joined && ride.joining !== 'never') return { kind: 'step-aside', for: ride.aside };
  return late ? { kind: 'give-back' } : patience(ride, occasion);
}

export function nextMove(ride: Ride, occasion: Occasion): Move {
  const { sight, late, verifying } = occasion;
  const { upon, onto, work } = occasion.prediction;
  if ('conflict' in work) return work.conflict === 'base' ? { kind: 'conflict' } : { kind: 'step-aside', for: upon };
  const { tree } = work;
  const verdict = findVerdict(ride, { onto, tree });
  if (verdict?.passed === false) return upon.length === 0 ? { kind: 'fail' } : { kind: 'step-aside', for: upon };
  const nobodyAhead = aheadOf(ride, sight).length === 0;
  if (verdict && nobodyAhead && (ride.joined || ride.joining === 'never' || sight.live.length === 0))
    return { kind: 'push' };
  const mayJoin = !ride.joined && ride.joining !== 'never';
  if (mayJoin && (verdict || ride.passed || ride.joining === 'first')) return { kind: 'join' };
  if (verdict) return late ? { kind: 'give-back' } : patience(ride, occasion);
  if (verifying?.onto === onto && verifying.tree === tree) return { kind: 'wait' };
  if (late || (upon.length === 0 && ride.onHead >= MAX_ON_HEAD)) return { kind: 'give-back' };
  if (ride.voided >= MAX_VOIDED && !nobodyAhead) return patience(ride, occasion);
  return { kind: 'verify', onto, tree };
}

function patience({ first }: Ride, { now }: Pick<Occasion, 'now'>): Move {
  const isOverdue = first && now - first.since >= first.entry.limit * 1_000;
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

export function hasSteppedAside(ride: Ride, aside: readonly Entry[]): Ride {
  const joining = ride.joining === 'never' ? 'never' : 'passed';
  return { ...ride, joined: false, passed: false, below: undefined, joining, aside };
}

/** @param upon Nothing but the base is below it where there are none. */
export function beginsToVerify(ride: Ride, upon: readonly Entry[]): Ride {
  return {
    ...ride,
    below: ride.joined ? undefined : upon,
    onHead: upon.length === 0 ? ride.onHead + 1 : ride.onHead,
  };
}

/** What was being verified is no prediction any more. */
export function wasVoided(ride: Ride): Ride {
  return { ...ride, below: undefined, voided: ride.voided + 1 };
}

export function hasVerdict(ride: Ride, verdict: Verdict): Ride {
  return {
    ...ride,
    verdicts: [...ride.verdicts, verdict],
    passed: ride.passed || verdict.passed,
    below: undefined,
  };
}
