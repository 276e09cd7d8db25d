import type { UserRecord } from './accounts.ts';
import type { ReactionRecord } from './reactions.ts';
import type {
  CommentRecord,
  IssueEventRecord,
  IssueRecord,
  LabelRecord,
  RepositoryRecord,
  RunRecord,
} from './records.ts';

const PREFIXES = {
  User: 'U',
  Organization: 'O',
  Bot: 'BOT',
  Repository: 'R',
  Issue: 'I',
  IssueComment: 'IC',
  IssueEvent: 'E',
  Label: 'LA',
  Reaction: 'REA',
  UserContentEdit: 'UCE',
  Ref: 'REF',
  Commit: 'C',
  Tree: 'T',
  Blob: 'B',
  WorkflowRun: 'WFR',
  Workflow: 'W',
  App: 'A',
  CheckRun: 'CR',
  Status: 'SC',
  Tag: 'TA',
  PullRequest: 'PR',
  PullRequestReview: 'PRR',
  PullRequestReviewComment: 'PRRC',
  PullRequestCommit: 'PURC',
  MergeQueue: 'MQ',
  MergeQueueEntry: 'MQE',
  Ruleset: 'RRS',
  Environment: 'EN',
  ProtectionRule: 'GA',
  BranchPolicy: 'GBP',
  StatusCheckRollup: 'SCR',
} as const;

type NodeKind = keyof typeof PREFIXES;

/** Global node id, opaque to clients: the kind's prefix and what finds the object again. */
export function nodeId(kind: NodeKind, key: string | number): string {
  return `${PREFIXES[kind]}_${Buffer.from(`${kind}:${key}`).toString('base64url')}`;
}

/** The kind and key of a node id, or null for text that is none. */
export function readNodeId(id: string): { readonly kind: NodeKind; readonly key: string } | null {
  const at = id.indexOf('_');
  const text = Buffer.from(id.slice(at + 1), 'base64url').toString('utf8');
  const colon = text.indexOf(':');
  const kind = text.slice(0, colon);
  if (at < 1 || colon < 1 || !isKind(kind) || PREFIXES[kind] !== id.slice(0, at)) return null;
  return { kind, key: text.slice(colon + 1) };
}

function isKind(kind: string): kind is NodeKind {
  return Object.hasOwn(PREFIXES, kind);
}

export function userNodeId(user: UserRecord): string {
  return nodeId(user.type, user.id);
}

export function recordNodeId(
  record: RepositoryRecord | IssueRecord | CommentRecord | LabelRecord | ReactionRecord | IssueEventRecord,
): string {
  const known = given.get(record) ?? newNodeId(record);
  given.set(record, known);
  return known;
}

/** A record is never another, and is shown again and again. */
const given = new WeakMap<object, string>();

function newNodeId(record: Parameters<typeof recordNodeId>[0]): string {
  // A pull request has two database ids: its own, by which nodes go, and the one it has as an issue.
  if (record.kind === 'Issue' && record.pull) return nodeId('PullRequest', record.pull.id);
  return nodeId(record.kind, record.id);
}

export function runNodeId(run: RunRecord): string {
  return nodeId('WorkflowRun', run.id);
}

/** Git objects and refs are found within their repository. */
export function gitNodeId(
  kind: 'Ref' | 'Commit' | 'Tree' | 'Blob' | 'Tag',
  { repository, name }: { readonly repository: RepositoryRecord; readonly name: string },
) {
  return nodeId(kind, `${repository.id}:${name}`);
}
