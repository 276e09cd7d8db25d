import type { GitCommit } from '../../git/commits.ts';
import type { RefRecord } from '../../git/refs.ts';
import type { UserRecord } from '../../model/accounts.ts';
import type { CheckRunRecord, StatusRecord } from '../../model/checks.ts';
import type { EditRecord } from '../../model/edits.ts';
import type { ReactionRecord } from '../../model/reactions.ts';
import type {
  CommentRecord,
  IssueEventRecord,
  IssueRecord,
  LabelRecord,
  PullRequest,
  QueueEntryRecord,
  RepositoryRecord,
  ReviewRecord,
} from '../../model/records.ts';
import type { Mergeability } from '../../pulls/mergeability.ts';
import type { Session } from '../../world.ts';

/** One GraphQL request. */
export interface Context extends Session {
  /** What it has shown of a pull request: two fields of one query must not ask twice. */
  readonly shown: Map<PullRequest, Promise<Mergeability>>;
}

export interface CommitObject {
  readonly kind: 'Commit';
  readonly repository: RepositoryRecord;
  readonly commit: GitCommit;
}

export interface FileObject {
  readonly kind: 'Blob' | 'Tree';
  readonly repository: RepositoryRecord;
  readonly oid: string;
  readonly content: Buffer;
}

/** Everything that a field of an abstract type may hold. */
export type Node =
  | RepositoryRecord
  | IssueRecord
  | CommentRecord
  | LabelRecord
  | UserRecord
  | ReactionRecord
  | EditRecord
  | IssueEventRecord
  | RefRecord
  | CommitObject
  | FileObject
  | ReviewRecord
  | QueueEntryRecord
  | CheckRunRecord
  | StatusRecord;

/** The schema has checked the arguments by the time that a field is resolved; each field names those it takes. */
export type Resolver<Source> = (source: Source, args: never, context: Context) => unknown;

export type Fields<Source> = Readonly<Record<string, Resolver<Source>>>;

const EVENT_TYPES = {
  labeled: 'LabeledEvent',
  unlabeled: 'UnlabeledEvent',
  closed: 'ClosedEvent',
  reopened: 'ReopenedEvent',
  renamed: 'RenamedTitleEvent',
  blocked_by_added: 'BlockedByAddedEvent',
  blocked_by_removed: 'BlockedByRemovedEvent',
  blocking_added: 'BlockingAddedEvent',
  blocking_removed: 'BlockingRemovedEvent',
  parent_issue_added: 'ParentIssueAddedEvent',
  parent_issue_removed: 'ParentIssueRemovedEvent',
  sub_issue_added: 'SubIssueAddedEvent',
  sub_issue_removed: 'SubIssueRemovedEvent',
  comment_deleted: 'CommentDeletedEvent',
  locked: 'LockedEvent',
  unlocked: 'UnlockedEvent',
  transferred: 'TransferredEvent',
} as const;

/** Name of the GraphQL type of a record. */
export function typeName(node: Node): string {
  if (node.kind === 'User') return node.type;
  if (node.kind === 'Issue' && node.pull) return 'PullRequest';
  return node.kind === 'IssueEvent' ? EVENT_TYPES[node.event] : node.kind;
}
