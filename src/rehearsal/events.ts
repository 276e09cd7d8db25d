import type { Viewer } from './access.ts';
import type {
  CommentRecord,
  InstallationRecord,
  IssueRecord,
  LabelRecord,
  RepositoryRecord,
  RunRecord,
  UserRecord,
} from './store.ts';

interface Common {
  readonly repository: RepositoryRecord;
  /** Who did it; null for GitHub itself, as when a run moves on. */
  readonly cause: Viewer | null;
  readonly sender: UserRecord;
}

/** What webhooks and workflow triggers are told. */
export type GitHubEvent = Common &
  (
    | {
        readonly name: 'issues';
        readonly action: 'opened' | 'edited' | 'labeled' | 'unlabeled' | 'closed' | 'reopened';
        readonly issue: IssueRecord;
        readonly label?: LabelRecord;
        readonly changes?: Readonly<Record<string, { readonly from: string }>>;
      }
    | {
        readonly name: 'issue_comment';
        readonly action: 'created' | 'edited' | 'deleted';
        readonly issue: IssueRecord;
        readonly comment: CommentRecord;
        readonly changes?: Readonly<Record<string, { readonly from: string }>>;
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
