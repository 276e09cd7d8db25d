import type { Conclusion, Verification } from '../../protocol/assignment.ts';
import type { Clock } from '../../protocol/clock.ts';
import type { EffortCounter } from '../landing-effort.ts';
import type { Joining } from './rules.ts';
import type { Entry } from './train.ts';
import type { TrainRepository } from './train-repository.ts';
import type { Verifier } from './verifier.ts';

/** How a run goes through the train: what the rules say is done here. */
export interface Passage {
  readonly clock: Clock;
  readonly repository: TrainRepository;
  /** Who lands: the run, and the claim that it holds. */
  readonly run: Pick<Entry, 'issue' | 'dispatch' | 'run' | 'claim'>;
  /** Short name of the base. */
  readonly branch: string;
  readonly joining: Joining;
  /** The commit that the work started from, and the tree that it made of that. */
  readonly from: string;
  readonly tree: string;
  /** What has passed before this step. */
  readonly passed: Verification | undefined;
  /** Undefined where nothing of the tree may run. */
  readonly verifier: Verifier | undefined;
  readonly counter: EffortCounter;
  /** When the job ends (epoch ms). */
  readonly deadline: number;
}

/** What is to land now: the tree that passed, on this commit of the base. */
export interface Turn {
  readonly head: string;
  readonly tree: string;
  readonly verification: Verification;
}

export type Stop =
  /** It has passed where it stands. */
  | { readonly kind: 'passed'; readonly verification: Verification }
  /** Its turn has come. */
  | { readonly kind: 'turn'; readonly turn: Turn }
  /** It has to be verified, and nothing may be run here. */
  | { readonly kind: 'to-verify' }
  | { readonly kind: 'over'; readonly conclusion: Conclusion }
  /** Others changed the same lines of the base: `files` are in the merged tree with conflict markers. */
  | { readonly kind: 'conflict'; readonly head: string; readonly tree: string; readonly files: readonly string[] };

export function over(conclusion: Conclusion): Stop {
  return { kind: 'over', conclusion };
}
