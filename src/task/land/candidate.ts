import type { Check } from '../../state/result.ts';
import type { Repository } from '../git/git.ts';
import type { AgentReport, Assignment, Verification } from '../protocol/assignment.ts';
import type { DelegatedVerification } from '../protocol/outputs.ts';

/** What landing is given. */
export interface LandingWork {
  readonly assignment: Assignment;
  readonly verification: Verification;
  readonly report: AgentReport;
  readonly repository: Repository;
  /** Set where nothing of the tree may run: what has to be verified again goes to another job. */
  readonly delegated?: DelegatedVerification | undefined;
}

/** What a strategy lands. */
export interface LandingAttempt {
  readonly work: LandingWork;
  readonly candidate: Candidate;
}

/** What is to land next: the tree that is verified, and the commit of the base that it is verified on. */
export interface Candidate {
  readonly parent: string;
  readonly tree: string;
  readonly checks: readonly Check[];
  /** How often it was verified again because the base had moved. */
  readonly reverifications: number;
  readonly lease: string | undefined;
  /** When GitHub was asked whether anybody still wants it, and said yes (epoch ms); no verification since then. */
  readonly wantedAt?: number | undefined;
}
