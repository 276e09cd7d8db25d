import type { Client } from '../../../src/github/octokit.ts';
import type { DispatchInputs } from '../../../src/state/names.ts';
import type { Outcome } from '../../../src/state/result.ts';
import type { Clock } from '../../../src/task/protocol/clock.ts';
import type { JobContext } from '../../../src/task/protocol/job.ts';
import type { GitRefs, Sight } from './git-refs.ts';

/** How work comes to the base, as the configuration says. */
export type Landing = 'push' | 'merge' | 'review';

/** What its agent and its machine are like. */
export interface Fate {
  /** Milliseconds of agent and of one verification. */
  readonly works: number;
  readonly verifies: number;
  readonly outcome: 'completed' | 'verification' | 'agent' | 'continued' | 'quota';
  /** Milliseconds that go by between the last question and the push: a machine that was stopped. */
  readonly stalls: number;
}

export interface TaskRunInput {
  readonly client: Client;
  readonly job: JobContext;
  readonly dispatch: DispatchInputs;
  readonly clock: Clock;
  readonly git: GitRefs;
  /** What a fetch tells now: it may be what was so a while ago. */
  readonly look: () => Sight;
  readonly fate: Fate;
  /** Guards that are taken out, to see whether a law notices. */
  readonly planted: ReadonlySet<string>;
  readonly landing: Landing;
  /** A push that was carried out, or not, and nobody said which. */
  readonly isUnclear: () => 'before' | 'after' | undefined;
  /** It is about to push what it lands: somebody may be quicker. */
  readonly onPush: () => Promise<void>;
  /** It is about to have GitHub merge: its machine may be slow. */
  readonly onMerge: () => Promise<void>;
  /** Its machine is about to stand still. */
  readonly onStall: () => void;
  /** @param from What it took the place of. */
  readonly onClaim: (claim: string, from: string | undefined) => void;
  /** It may work, and everything that it needs is there. */
  readonly onWork: () => Promise<void>;
  /** It begins to verify, which takes so long (ms). */
  readonly onVerify: (takes: number) => Promise<void>;
  /** It has work that passed on this tree. */
  readonly onVerified: (tree: string) => void;
  readonly onLanded: (commit: string) => Promise<void>;
}

export interface Ending {
  readonly outcome: Outcome;
  readonly commit?: string;
  readonly why?: string;
  readonly until?: string;
  /** What waits for people. */
  readonly pull?: { readonly number: number; readonly head: string };
}
