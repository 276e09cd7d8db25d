import type { Effect } from '../../decide/effects/effect.ts';
import type { IssueView, Snapshot } from '../../state/snapshot.ts';
import type { Failure } from '../errors.ts';
import type { LedgerEntry } from '../ledger.ts';
import type { Locator } from '../locator.ts';
import { API_VERSION, type Client, ONCE } from '../octokit.ts';

export type EffectOutcome =
  | { readonly kind: 'applied'; readonly run?: number }
  /** The world had changed, or what it needs did not hold: the next pass decides again. */
  | { readonly kind: 'skipped'; readonly why: string }
  /** `isFinal`: the same would be refused again. */
  | { readonly kind: 'failed'; readonly why: string; readonly isFinal?: true };

/** What became of each effect, by key. */
export type EffectOutcomes = ReadonlyMap<string, EffectOutcome>;

/** What became of one effect, and what this process knows by it. */
export interface Executed {
  readonly outcome: EffectOutcome;
  readonly learned: readonly LedgerEntry[];
}

export type EffectOf<K extends Effect['kind']> = Extract<Effect, { readonly kind: K }>;

/** How effects of one kind are carried out: by a mutation among others, or by a request of their own. */
export type Executor<E extends Effect> = MutationExecutor<E> | RequestExecutor<E>;

/** `phase` says when: see `PHASES`. */
export interface MutationExecutor<E extends Effect> {
  readonly phase: 'mutations';
  readonly mutation: (effect: E, targets: Targets) => Mutation | Missing;
}

export interface RequestExecutor<E extends Effect> {
  readonly phase: 'refusals' | 'cancellations' | 'references' | 'runs';
  /** Throws what the request threw. */
  readonly request: (effect: E, input: ExecutorInput) => Promise<Executed>;
  /** What a failure of the request means, where it means more than that the effect failed. */
  readonly onFailure?: (
    failure: Failure,
    attempted: Attempted<E>,
  ) => Executed | undefined | Promise<Executed | undefined>;
}

/** An effect whose request failed. */
export interface Attempted<E extends Effect> extends ExecutorInput {
  readonly effect: E;
}

export interface ExecutorInput {
  readonly client: Client;
  readonly locator: Locator;
  readonly snapshot: Snapshot;
}

/** One mutation of a batch. */
export interface Mutation {
  readonly name: string;
  /** Name of its input type. */
  readonly input: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Fields asked of its payload. */
  readonly answer: string;
}

/** A precondition that does not hold: what the effect is about is not there. */
export interface Missing {
  readonly missing: string;
}

/** What mutations are about, by the names that effects give it. */
export interface Targets {
  readonly repositoryId: string;
  readonly issues: ReadonlyMap<number, IssueView>;
  /** Name to node id. */
  readonly labels: ReadonlyMap<string, string>;
}

export function targetsIn({ repository, issues, labels }: Snapshot): Targets {
  return { repositoryId: repository.id, issues: new Map(issues.map((issue) => [issue.number, issue])), labels };
}

/** What every request that writes has in common. */
export const WRITE = { headers: API_VERSION, request: ONCE } as const;

export function applied(...learned: readonly LedgerEntry[]): Executed {
  return { outcome: { kind: 'applied' }, learned };
}

export function skipped(why: string, ...learned: readonly LedgerEntry[]): Executed {
  return { outcome: { kind: 'skipped', why }, learned };
}

export function failed(why: string, ...learned: readonly LedgerEntry[]): Executed {
  return { outcome: { kind: 'failed', why }, learned };
}

/** It failed, and would again. */
export function refused(why: string, ...learned: readonly LedgerEntry[]): Executed {
  return { outcome: { kind: 'failed', why, isFinal: true }, learned };
}
