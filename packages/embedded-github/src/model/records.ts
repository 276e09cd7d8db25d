import type { AppRecord, Permissions, Role, UserRecord } from './accounts.ts';
import type { CheckRunRecord, StatusRecord } from './checks.ts';
import type { EditRecord } from './edits.ts';
import type { EnvironmentRecord } from './environments.ts';
import type { Comparison, GitReader } from './git-objects.ts';
import type { RelationEvent, StateEvent, StateReason, TextEvent } from './issue-events.ts';
import type { ReactionRecord } from './reactions.ts';
import type { ReviewCommentRecord, ReviewState } from './reviews.ts';
import type { MergeOptions, MergeSettings, Ruleset } from './rules.ts';
import type { JobRecord, RunConclusion, RunHandle } from './runner.ts';
import type { WorkflowRecord } from './workflows.ts';

/** Records that point at each other, and so stand in one file. Moments are epoch milliseconds. */

export interface RepositoryRecord {
  readonly kind: 'Repository';
  readonly id: number;
  readonly owner: UserRecord;
  readonly name: string;
  readonly fullName: string;
  readonly defaultBranch: string;
  readonly private: boolean;
  readonly gitDir: string;
  readonly objects: GitReader;
  readonly createdAt: number;
  readonly collaborators: Map<string, Role>;
  /** Names of custom roles by login; the collaborator's role is the one that it stands on. */
  readonly customRoles: Map<string, string>;
  /** What it was forked from. */
  readonly parent: RepositoryRecord | null;
  readonly labels: LabelRecord[];
  /** Issues and pull requests in order of number, without those that were deleted or transferred. */
  readonly issues: IssueRecord[];
  /** Where issues went that were transferred. */
  readonly transferred: Map<number, IssueRecord>;
  /** The highest number that was given: none is given twice. */
  lastNumber: number;
  readonly workflows: Map<string, WorkflowRecord>;
  readonly runs: RunRecord[];
  readonly checkRuns: CheckRunRecord[];
  readonly statuses: StatusRecord[];
  readonly secrets: Map<string, string>;
  /** By name, whatever its case. */
  readonly environments: Map<string, EnvironmentRecord>;
  readonly variables: Map<string, string>;
  readonly rulesets: Ruleset[];
  settings: MergeSettings;
  pushedAt: number;
}

export interface InstallationRecord {
  readonly id: number;
  readonly app: AppRecord;
  readonly account: UserRecord;
  readonly repositories: Set<RepositoryRecord>;
  readonly createdAt: number;
}

/** Whoever a token stands for. `user` is the login that GitHub shows for what it does. */
export type Viewer =
  | { readonly kind: 'person'; readonly user: UserRecord }
  | {
      readonly kind: 'installation';
      readonly user: UserRecord;
      readonly app: AppRecord;
      readonly installation: InstallationRecord;
      readonly repositories: ReadonlySet<RepositoryRecord>;
      readonly permissions: Permissions;
    }
  | {
      readonly kind: 'run';
      readonly user: UserRecord;
      readonly run: RunRecord;
      readonly repository: RepositoryRecord;
      readonly permissions: Permissions;
    }
  | { readonly kind: 'app'; readonly user: UserRecord; readonly app: AppRecord };

export interface LabelRecord {
  readonly kind: 'Label';
  readonly id: number;
  readonly repository: RepositoryRecord;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
  readonly createdAt: number;
}

export interface IssueRecord {
  readonly kind: 'Issue';
  readonly id: number;
  readonly number: number;
  readonly repository: RepositoryRecord;
  readonly author: UserRecord;
  readonly viaApp: AppRecord | null;
  readonly createdAt: number;
  readonly labels: Set<LabelRecord>;
  readonly comments: CommentRecord[];
  readonly events: IssueEventRecord[];
  readonly reactions: ReactionRecord[];
  readonly subIssues: IssueRecord[];
  readonly blockedBy: Set<IssueRecord>;
  readonly blocking: Set<IssueRecord>;
  readonly assignees: Set<UserRecord>;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: StateReason | null;
  updatedAt: number;
  readonly edits: EditRecord[];
  closedAt: number | null;
  closedBy: UserRecord | null;
  parent: IssueRecord | null;
  /** Nobody comments but people who may write. */
  locked: boolean;
  /** What makes it a pull request: issues and pull requests share their numbers. */
  readonly pull: PullRecord | null;
}

export interface CommentRecord {
  readonly kind: 'IssueComment';
  readonly id: number;
  readonly issue: IssueRecord;
  readonly author: UserRecord;
  readonly viaApp: AppRecord | null;
  readonly createdAt: number;
  readonly reactions: ReactionRecord[];
  body: string;
  updatedAt: number;
  readonly edits: EditRecord[];
  minimized: string | null;
}

export interface IssueEventRecord {
  readonly kind: 'IssueEvent';
  readonly id: number;
  readonly issue: IssueRecord;
  readonly event: StateEvent | TextEvent | RelationEvent;
  readonly actor: UserRecord;
  readonly createdAt: number;
  readonly label: LabelRecord | null;
  readonly stateReason: StateReason | null;
  readonly commit: string | null;
  readonly viaApp: AppRecord | null;
  /** Of a relation: the other issue. */
  readonly other: IssueRecord | null;
  /** Of a transfer: where it came from. */
  readonly from: RepositoryRecord | null;
  readonly rename: { readonly from: string; readonly to: string } | null;
  readonly deletedCommentAuthor: UserRecord | null;
}

export type PullRequest = IssueRecord & { readonly pull: PullRecord };

export function isPullRequest(issue: IssueRecord): issue is PullRequest {
  return issue.pull !== null;
}

export interface PullRecord {
  readonly id: number;
  readonly headRef: string;
  /** Where the head's branch lies: here, in a fork, or in a fork that is deleted by now. */
  headRepository: RepositoryRecord | null;
  readonly headOwner: UserRecord;
  readonly reviews: ReviewRecord[];
  readonly requestedReviewers: Set<UserRecord>;
  baseRef: string;
  /** Where the branches stand, as GitHub has noticed; they stay as they were once the pull request is closed. */
  headSha: string;
  baseSha: string;
  draft: boolean;
  comparison: Comparison;
  /** `<base> <head>` whose mergeability a reader has asked for: the first one after a push gets "unknown". */
  mergeabilityAskedFor: string | null;
  merged: { readonly at: number; readonly by: UserRecord; readonly commit: string } | null;
  autoMerge: AutoMergeRecord | null;
  queueEntry: QueueEntryRecord | null;
}

export interface ReviewRecord {
  readonly kind: 'PullRequestReview';
  readonly id: number;
  readonly pull: PullRequest;
  readonly author: UserRecord;
  /** Only reviews by those who may write count towards a merge. */
  readonly byWriter: boolean;
  /** The head that was reviewed. */
  readonly commit: string;
  readonly submittedAt: number;
  readonly comments: readonly ReviewCommentRecord[];
  body: string;
  state: ReviewState;
}

interface AutoMergeRecord extends MergeOptions {
  /** GitHub merges in this name, with what the token might do when it was asked. */
  readonly viewer: Viewer;
  readonly enabledAt: number;
}

export interface QueueEntryRecord {
  readonly kind: 'MergeQueueEntry';
  readonly id: number;
  readonly pull: PullRequest;
  readonly enqueuer: UserRecord;
  readonly enqueuedAt: number;
  /** The merge that is being checked, null for an entry that waits for those before it. */
  group: { readonly ref: string; readonly baseSha: string; readonly headSha: string } | null;
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
  /** Of a pull request from a fork there are no secrets, and its token only reads; the fork may be deleted. */
  readonly isFromFork: boolean;
  readonly headRepository: RepositoryRecord | null;
  readonly actor: UserRecord;
  readonly createdAt: number;
  triggeringActor: UserRecord;
  runAttempt: number;
  /** `pending`: another run of its concurrency group is at work. `waiting`: for reviewers of an environment. */
  status: 'pending' | 'waiting' | 'queued' | 'in_progress' | 'completed';
  conclusion: RunConclusion | null;
  startedAt: number;
  updatedAt: number;
  jobs: JobRecord[];
  handle: RunHandle | null;
}
