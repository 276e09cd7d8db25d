import { type BaseEffects, pullUnit, replayCommits } from './base-effects.ts';
import { type LandingTrailers, readTrailers } from './landing-trailers.ts';
import type { TaskRecord } from './record.ts';
import { pullOf } from './reverts.ts';
import type { BaseCommit, BaseHistory, Snapshot } from './snapshot.ts';

/** What the base shows of landed work: one rule for passes, which watch it, and for runs, which build on it. */
export interface BaseEvidence {
  /** Landings of an issue, newest first. */
  readonly landings: (issue: number) => readonly FoundLanding[];
  readonly standing: (work: LandedWork) => WorkStanding;
}

export interface FoundLanding extends LandingTrailers {
  readonly commit: string;
  /** Nothing took it back. */
  readonly inEffect: boolean;
}

/** What a run landed and then found broken there stands for nothing: it is to be fixed. What others landed is theirs. */
export function failedWhereItLanded(
  { history }: Pick<TaskRecord, 'history'>,
  { dispatch, run }: Pick<LandingTrailers, 'dispatch' | 'run'>,
): boolean {
  return history.some((past) => {
    const isItsRun = past.run === undefined || run === undefined || past.run === run;
    return past.dispatch === dispatch && isItsRun && past.outcome === 'verification';
  });
}

/** What a record knows of work that landed. */
export interface LandedWork {
  readonly issue: number;
  readonly done: NonNullable<TaskRecord['done']>;
  /** The dispatch that landed it, where the record still knows. */
  readonly dispatch: number | undefined;
  /** The pull request by which it came from the base to the default branch, once that was merged. */
  readonly wavePull?: number | undefined;
}

export type WorkStanding =
  | { readonly kind: 'there' }
  | { readonly kind: 'reverted'; readonly by: string }
  /** Everything that matters was looked through, and it is not among it. */
  | { readonly kind: 'gone' }
  /** Nothing was found that speaks against it. */
  | { readonly kind: 'unquestioned' };

export function evidenceOn(history: BaseHistory): BaseEvidence {
  const { commits, whole, mayBeElsewhere = false } = history;
  // Without everything that came before, nobody can say what a revert takes back: a reading with one is whole.
  const effects = replayCommits(whole ? commits : []);
  const found = landingsByIssue(commits, effects);
  const landings = (issue: number) => found.get(issue) ?? [];
  const merges = mergesByPull(commits);
  const oids = new Set(commits.map(({ oid }) => oid));
  return {
    landings,
    standing: (work) => {
      const own = landings(work.issue).filter((landing) => isOf(landing, work));
      return whole ? standingOf(work, { own, oids, merges, effects, mayBeElsewhere }) : standingSince(own);
    },
  };
}

function landingsByIssue(
  commits: readonly BaseCommit[],
  { revertedBy }: BaseEffects,
): ReadonlyMap<number, readonly FoundLanding[]> {
  const found = new Map<number, FoundLanding[]>();
  for (const { oid, message } of commits) {
    for (const trailers of readTrailers(message)) {
      const landing = { ...trailers, commit: oid, inEffect: revertedBy(oid) === undefined };
      const known = found.get(trailers.issue);
      if (known) known.push(landing);
      else found.set(trailers.issue, [landing]);
    }
  }
  return found;
}

function mergesByPull(commits: readonly BaseCommit[]): ReadonlyMap<number, readonly string[]> {
  const merges = new Map<number, string[]>();
  for (const { oid, message } of commits) {
    const pull = pullOf(message);
    if (pull !== undefined) merges.set(pull, [...(merges.get(pull) ?? []), oid]);
  }
  return merges;
}

/** Nothing that was gained takes anything back. */
function standingSince(own: readonly FoundLanding[]): WorkStanding {
  return { kind: own.length > 0 ? 'there' : 'unquestioned' };
}

interface WholeBase {
  /** Landings of the work in question. */
  readonly own: readonly FoundLanding[];
  readonly oids: ReadonlySet<string>;
  readonly merges: ReadonlyMap<number, readonly string[]>;
  readonly effects: BaseEffects;
  readonly mayBeElsewhere: boolean;
}

function standingOf({ done, wavePull }: LandedWork, base: WholeBase): WorkStanding {
  const { own, oids, merges, effects, mayBeElsewhere } = base;
  const pulls = [done.pull, wavePull].filter((pull) => pull !== undefined);
  const commits = own.map(({ commit }) => commit);
  if (done.commit !== undefined && oids.has(done.commit)) commits.push(done.commit);
  const merged = pulls.map((pull) => merges.get(pull) ?? []);
  const reverts = [
    ...pulls.map((pull) => effects.revertedBy(pullUnit(pull))),
    ...[commits, ...merged].map((oids) => revertOfAll(oids, effects)),
  ];
  const by = reverts.find((oid) => oid !== undefined);
  if (by !== undefined) return { kind: 'reverted', by };
  if (commits.length > 0 || (done.pull !== undefined && merges.has(done.pull))) return { kind: 'there' };
  // What a wave's pull request brought to the default branch is there, whatever becomes of the branch that it came from.
  return wavePull === undefined && isTraceable(done) && !mayBeElsewhere ? { kind: 'gone' } : { kind: 'unquestioned' };
}

/** @returns What took the newest of them back; undefined where there is none, or one of them is still in effect. */
function revertOfAll(oids: readonly string[], { revertedBy }: BaseEffects): string | undefined {
  const reverts = oids.map(revertedBy);
  return reverts.includes(undefined) ? undefined : reverts[0];
}

function isOf(landing: LandingTrailers, { issue, done, dispatch }: LandedWork): boolean {
  if (landing.issue !== issue) return false;
  return landing.run === done.run || (landing.dispatch !== undefined && landing.dispatch === dispatch);
}

/** A record of before may name neither: then there is nothing to look for. */
function isTraceable({ commit, pull }: LandedWork['done']): boolean {
  return commit !== undefined || pull !== undefined;
}

/**
 * True when work was found after the last look and is not there any more: the base was moved in between, though not as
 * far back. Everything has to be read to know.
 */
export function isMissed(work: LandedWork, { since, commits }: Pick<BaseHistory, 'since' | 'commits'>): boolean {
  const { done, issue } = work;
  if (since === undefined || done.after !== since || !isTraceable(done)) return false;
  return !commits.some(
    ({ oid, message }) =>
      oid === done.commit ||
      (done.pull !== undefined && pullOf(message) === done.pull) ||
      readTrailers(message).some((landing) => landing.issue === issue && isOf(landing, work)),
  );
}

/** What of a task has landed, or was merged though its record does not tell of it yet; undefined where nothing has. */
export function workOf(
  { issue, record }: { readonly issue: number; readonly record: TaskRecord },
  { pulls, since }: { readonly pulls: Snapshot['pulls']; readonly since: string | undefined },
): LandedWork | undefined {
  const dispatch = landedDispatch(record);
  if (record.done) return record.lost ? undefined : { issue, done: record.done, dispatch };
  const pull = record.review && pulls?.get(record.review.pull);
  if (!record.review || pull?.state !== 'merged') return undefined;
  const { run, at, checks, summary } = record.review;
  const done = { run, at, checks, summary, commit: pull.mergeCommit, pull: pull.number, after: since };
  return { issue, done, dispatch };
}

/** The dispatch whose trailers the work of a task bears. */
export function landedDispatch({ done, history }: Pick<TaskRecord, 'done' | 'history'>): number | undefined {
  return done?.dispatch ?? history.find(({ run }) => run !== undefined && run === done?.run)?.dispatch;
}
