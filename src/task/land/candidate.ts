import type { Check } from '../../state/result.ts';
import type { Repository } from '../git/git.ts';
import type { AgentReport, Assignment, Verification } from '../protocol/assignment.ts';

/** What a run would land. */
export interface LandingWork {
  readonly assignment: Assignment;
  readonly repository: Repository;
  readonly report: AgentReport;
  /** The commit that the work started from, and the tree that it made of that. */
  readonly from: string;
  readonly tree: string;
  /** What has passed before this step; absent where nothing has. */
  readonly passed?: Verification | undefined;
  /** Whether programs of the tree may run in this job. */
  readonly mayRun: boolean;
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
  /** When GitHub was asked whether anybody still wants it, and said yes (epoch ms). */
  readonly wantedAt?: number | undefined;
}
