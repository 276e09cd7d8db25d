import { type BaseEffects, pullUnit, replayCommits } from './base-effects.ts';
import { type LandingTrailers, readTrailers } from './landing-trailers.ts';
import type { TaskRecord } from './record.ts';
import { pullOf } from './reverts.ts';
import type { BaseCommit, BaseHistory } from './snapshot.ts';

/** What the base shows of landed work: one rule for passes, which watch it, and for runs, which build on it. */
export interface BaseEvidence {
  /** Landings of an issue that are in effect, newest first. */
  readonly landings: (issue: number) => readonly FoundLanding[];
  readonly standing: (work: LandedWork) => Standing;
}

export interface FoundLanding extends LandingTrailers {
  readonly commit: string;
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

export type Standing =
  | { readonly kind: 'there' }
  | { readonly kind: 'reverted'; readonly by: string }
  /** Everything that matters was looked through, and it is not among it. */
  | { readonly kind: 'gone' }
  /** Nothing was found that speaks against it. */
  | { readonly kind: 'unquestioned' };

export function evidenceOn({ commits, whole }: BaseHistory): BaseEvidence {
  const found = commits.flatMap(landingsIn);
  // Without everything that came before, nobody can say what a revert takes back: a reading with one is whole.
  const effects = replayCommits(whole ? commits : []);
  const inEffect = ({ commit }: FoundLanding) => effects.revertedBy(commit) === undefined;
  return {
    landings: (issue) => found.filter((landing) => landing.issue === issue && inEffect(landing)),
    standing: (work) => (whole ? standingOf(work, { commits, found, effects }) : standingSince(work, found)),
  };
}

function landingsIn({ oid, message }: BaseCommit): readonly FoundLanding[] {
  return readTrailers(message).map((trailers) => ({ ...trailers, commit: oid }));
}

interface WholeBase {
  readonly commits: readonly BaseCommit[];
  readonly found: readonly FoundLanding[];
  readonly effects: BaseEffects;
}

/** Nothing that was gained takes anything back. */
function standingSince(work: LandedWork, found: readonly FoundLanding[]): Standing {
  return found.some((landing) => isOf(landing, work)) ? { kind: 'there' } : { kind: 'unquestioned' };
}

function standingOf(work: LandedWork, { commits, found, effects }: WholeBase): Standing {
  const { done, wavePull } = work;
  const reverted = [done.pull, wavePull].flatMap((pull) => (pull === undefined ? [] : pullStanding(pull)));
  const own = [
    ...found.filter((landing) => isOf(landing, work)).map(({ commit }) => commit),
    ...commits.filter(({ oid }) => oid === done.commit).map(({ oid }) => oid),
  ];
  const by = reverted[0] ?? (own.length > 0 ? revertOfAll(own) : undefined);
  if (by !== undefined) return { kind: 'reverted', by };
  if (own.length > 0 || (done.pull !== undefined && mergesOf(done.pull).length > 0)) return { kind: 'there' };
  // What a wave's pull request brought to the default branch is there, whatever becomes of the branch that it came from.
  return wavePull === undefined && isTraceable(done) ? { kind: 'gone' } : { kind: 'unquestioned' };

  function mergesOf(pull: number): readonly string[] {
    return commits.flatMap(({ oid, message }) => (pullOf(message) === pull ? [oid] : []));
  }

  function pullStanding(pull: number): readonly string[] {
    const merges = mergesOf(pull);
    return [effects.revertedBy(pullUnit(pull)) ?? (merges.length > 0 ? revertOfAll(merges) : undefined)].flatMap(
      (one) => one ?? [],
    );
  }

  /** @returns The last one that took it away; undefined where one of them is still in effect. */
  function revertOfAll(oids: readonly string[]): string | undefined {
    const reverts = oids.map((oid) => effects.revertedBy(oid));
    return reverts.includes(undefined) ? undefined : reverts[0];
  }
}

function isOf(landing: LandingTrailers, { issue, done, dispatch }: LandedWork): boolean {
  if (landing.issue !== issue) return false;
  return landing.run === done.run || (landing.dispatch !== undefined && landing.dispatch === dispatch);
}

/** Records of work that nobody landed, a plan issue of documents for instance, have nothing to be looked for. */
function isTraceable({ commit, pull }: LandedWork['done']): boolean {
  return commit !== undefined || pull !== undefined;
}
