import type { UserRecord } from './accounts.ts';
import type { CheckRunRecord, StatusRecord } from './checks.ts';
import type { DependencyEvent, ParentEvent } from './issue-events.ts';
import type {
  CommentRecord,
  InstallationRecord,
  IssueRecord,
  LabelRecord,
  PullRequest,
  QueueEntryRecord,
  RepositoryRecord,
  ReviewRecord,
  RunRecord,
  Viewer,
} from './records.ts';

interface Common {
  readonly repository: RepositoryRecord;
  /** Who did it; null for GitHub itself, as when a run moves on. */
  readonly cause: Viewer | null;
  readonly sender: UserRecord;
}

/** A change that issues and pull requests have in common. */
export interface IssueChange {
  readonly action:
    | 'opened'
    | 'edited'
    | 'labeled'
    | 'unlabeled'
    | 'closed'
    | 'reopened'
    | 'locked'
    | 'unlocked'
    | 'deleted'
    | 'transferred';
  readonly label?: LabelRecord;
  readonly changes?: Readonly<Record<string, { readonly from: string }>>;
}

type PullAction =
  | IssueChange['action']
  | 'synchronize'
  | 'review_requested'
  | 'review_request_removed'
  | 'auto_merge_enabled'
  | 'auto_merge_disabled'
  | 'enqueued'
  | 'dequeued';

/** What happened, as webhooks and workflow triggers get it. */
export type GitHubEvent = Common &
  (
    | ({ readonly name: 'issues'; readonly issue: IssueRecord } & IssueChange)
    | {
        readonly name: 'pull_request';
        readonly action: PullAction;
        readonly pull: PullRequest;
        readonly label?: LabelRecord;
        readonly changes?: Readonly<Record<string, { readonly from: string }>>;
        /** The heads of a `synchronize`. */
        readonly before?: string;
        readonly after?: string;
        /** Whose review is asked for, or no more. */
        readonly reviewer?: UserRecord;
        /** Why auto-merge went off, or a pull request left the queue. */
        readonly reason?: string;
      }
    | {
        readonly name: 'pull_request_review';
        readonly action: 'submitted' | 'dismissed';
        readonly review: ReviewRecord;
      }
    | {
        readonly name: 'merge_group';
        readonly action: 'checks_requested' | 'destroyed';
        readonly entry: QueueEntryRecord;
        readonly group: NonNullable<QueueEntryRecord['group']>;
        readonly reason?: 'merged' | 'invalidated' | 'dequeued';
      }
    | { readonly name: 'check_run'; readonly action: 'created' | 'completed'; readonly checkRun: CheckRunRecord }
    | { readonly name: 'status'; readonly status: StatusRecord }
    | {
        readonly name: 'issue_comment';
        readonly action: 'created' | 'edited' | 'deleted';
        readonly issue: IssueRecord;
        readonly comment: CommentRecord;
        readonly changes?: Readonly<Record<string, { readonly from: string }>>;
      }
    | {
        readonly name: 'issue_dependencies';
        readonly action: DependencyEvent;
        /** The one that waits, and the one that it waits for. */
        readonly issue: IssueRecord;
        readonly blocker: IssueRecord;
      }
    | {
        readonly name: 'sub_issues';
        readonly action: ParentEvent;
        readonly parent: IssueRecord;
        readonly child: IssueRecord;
      }
    | { readonly name: 'push'; readonly push: Push }
    | {
        readonly name: 'workflow_run';
        readonly action: 'requested' | 'in_progress' | 'completed';
        readonly run: RunRecord;
      }
    | { readonly name: 'installation'; readonly action: 'created'; readonly installation: InstallationRecord }
    | { readonly name: 'label'; readonly action: 'created'; readonly label: LabelRecord }
  );

export interface Push {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  readonly forced: boolean;
  readonly commits: readonly PushedCommit[];
}

export interface PushedCommit {
  readonly id: string;
  readonly tree: string;
  readonly message: string;
  readonly timestamp: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly committer: { readonly name: string; readonly email: string };
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly modified: readonly string[];
}
