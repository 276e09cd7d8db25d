import type { JobRecord, RunConclusion, RunHandle } from './runner.ts';
import type { AppRecord, RepositoryRecord, UserRecord } from './store.ts';

export interface WorkflowRecord {
  readonly id: number;
  readonly path: string;
  name: string;
  readonly createdAt: number;
}

export interface RunRecord {
  readonly id: number;
  readonly runNumber: number;
  readonly repository: RepositoryRecord;
  readonly workflow: WorkflowRecord;
  readonly source: string;
  readonly name: string;
  readonly displayTitle: string;
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, string>>;
  /** What the run checks out: a pull request's runs stand on its test merge. */
  readonly ref: string;
  readonly sha: string;
  /** What the run is about, and what its checks stand beside. */
  readonly headBranch: string;
  readonly headSha: string;
  readonly actor: UserRecord;
  readonly createdAt: number;
  triggeringActor: UserRecord;
  runAttempt: number;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: RunConclusion | null;
  startedAt: number;
  updatedAt: number;
  jobs: JobRecord[];
  handle: RunHandle | null;
}

/** One check on one commit, made by an app or by a job of a run. */
export interface CheckRunRecord {
  readonly kind: 'CheckRun';
  readonly id: number;
  readonly headSha: string;
  readonly app: AppRecord | null;
  name: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  startedAt: number;
  completedAt: number | null;
  externalId: string;
  detailsUrl: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
}

export interface StatusRecord {
  readonly kind: 'StatusContext';
  readonly id: number;
  readonly sha: string;
  readonly state: 'error' | 'failure' | 'pending' | 'success';
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: UserRecord;
  readonly createdAt: number;
}
