import type { AppRecord, UserRecord } from './accounts.ts';

/** One check on one commit, made by an app or by a job of a run. */
export interface CheckRunRecord {
  readonly kind: 'CheckRun';
  readonly id: number;
  readonly headSha: string;
  /** The branch whose newest commit that was; null where it was none's of this repository, as with commits of forks. */
  readonly headBranch: string | null;
  readonly app: AppRecord | null;
  name: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  startedAt: number;
  completedAt: number | null;
  externalId: string;
  detailsUrl: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
  /** Each request adds to them. */
  readonly annotations: AnnotationRecord[];
}

/** A word about lines of a file. */
export interface AnnotationRecord {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column: number | null;
  readonly end_column: number | null;
  readonly annotation_level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title: string | null;
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
