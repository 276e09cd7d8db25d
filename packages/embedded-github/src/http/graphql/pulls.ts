import { pullHtmlUrl } from '../../bodies/pull.ts';
import { commitsBetween } from '../../git/ancestry.ts';
import { changedFiles } from '../../git/changed-files.ts';
import { readRef } from '../../git/refs.ts';
import { mentionedIssues } from '../../issues/closing-keywords.ts';
import { nodeId } from '../../model/node-ids.ts';
import {
  isPullRequest,
  type PullRequest as Pull,
  type QueueEntryRecord,
  type RepositoryRecord,
} from '../../model/records.ts';
import { iso, isoOrNull } from '../../model/time.ts';
import { type Mergeability, reviewDecision, shownMergeability } from '../../pulls/mergeability.ts';
import { mergeBase } from '../../pulls/open.ts';
import { entriesOf } from '../../pulls/queue.ts';
import { mergeQueueOf, rulesetsOf } from '../../rules/rulesets.ts';
import { connection, type PageArgs } from './connection.ts';
import type { Context, Fields, Resolver } from './fields.ts';
import { gitObject } from './git-object.ts';
import { Issue, issueOrder } from './issues.ts';

/** Fields that a pull request has just as an issue has them. */
const SHARED = [
  ...['id', 'fullDatabaseId', 'number', 'title', 'body', 'bodyText', 'url', 'closed', 'locked', 'repository'],
  ...[
    'author',
    'authorAssociation',
    'createdAt',
    'publishedAt',
    'updatedAt',
    'closedAt',
    'lastEditedAt',
    'editor',
    'includesCreatedEdit',
    'userContentEdits',
  ],
  ...['milestone', 'viewerDidAuthor', 'labels', 'comments', 'assignees', 'reactions', 'timelineItems'],
];

const shared = Object.fromEntries(SHARED.flatMap((name) => (Issue[name] ? [[name, Issue[name]]] : []))) as Readonly<
  Record<string, Resolver<Pull>>
>;

const byId = (item: { readonly id: number }) => item.id;

export const PullRequest: Fields<Pull> = {
  ...shared,
  databaseId: ({ pull }) => pull.id,
  fullDatabaseId: ({ pull }) => String(pull.id),
  resourcePath: ({ repository, number }) => `/${repository.fullName}/pull/${number}`,
  state: ({ state, pull }) => (pull.merged ? 'MERGED' : state.toUpperCase()),
  isDraft: ({ pull }) => pull.draft,
  merged: ({ pull }) => pull.merged !== null,
  mergedAt: ({ pull }) => isoOrNull(pull.merged?.at ?? null),
  mergedBy: ({ pull }) => pull.merged?.by ?? null,
  mergeCommit: ({ repository, pull }) => (pull.merged ? gitObject(repository, pull.merged.commit) : null),
  headRefName: ({ pull }) => pull.headRef,
  headRefOid: ({ pull }) => pull.headSha,
  baseRefName: ({ pull }) => pull.baseRef,
  baseRefOid: ({ pull }) => pull.baseSha,
  headRef: ({ pull }) => pull.headRepository && readRef(pull.headRepository, `refs/heads/${pull.headRef}`),
  baseRef: ({ repository, pull }) => readRef(repository, `refs/heads/${pull.baseRef}`),
  headRepository: ({ pull }) => pull.headRepository,
  headRepositoryOwner: ({ pull }) => pull.headRepository && pull.headOwner,
  baseRepository: ({ repository }) => repository,
  isCrossRepository: ({ repository, pull }) => pull.headRepository?.id !== repository.id,
  maintainerCanModify: () => false,
  additions: ({ pull }) => pull.comparison.additions,
  deletions: ({ pull }) => pull.comparison.deletions,
  changedFiles: ({ pull }) => pull.comparison.files,
  reviewDecision: (pull) => reviewDecision(pull),
  mergeable: async (pull, _args, context) => {
    const { mergeable } = await shownTo(context, pull);
    if (mergeable === null) return 'UNKNOWN';
    return mergeable ? 'MERGEABLE' : 'CONFLICTING';
  },
  mergeStateStatus: async (pull, _args, context) => (await shownTo(context, pull)).state.toUpperCase(),
  reviews: ({ pull }, args: PageArgs & { readonly states?: readonly string[] | null }) => {
    const wanted = pull.reviews.filter(({ state }) => args.states?.includes(state) ?? true);
    return connection({ name: 'reviews', all: wanted, args, key: byId });
  },
  latestOpinionatedReviews: ({ pull }, args: PageArgs) => {
    const opinionated = pull.reviews.filter(({ state }) => state !== 'COMMENTED');
    const latest = new Map(opinionated.map((review) => [review.author, review]));
    return connection({ name: 'latestOpinionatedReviews', all: [...latest.values()], args, key: byId });
  },
  reviewRequests: ({ pull, number }, args: PageArgs) => {
    const requests = [...pull.requestedReviewers].map((user) => ({
      id: `${number}:${user.id}`,
      requestedReviewer: user,
      asCodeOwner: false,
    }));
    return connection({ name: 'reviewRequests', all: requests, args, key: (each) => each.id });
  },
  commits: async ({ repository, number, pull }, args: PageArgs) => {
    const from = await mergeBase(repository, { base: pull.baseSha, head: pull.headSha });
    const commits = await commitsBetween(repository, { from, to: pull.headSha, limit: 250 });
    const nodes = commits.map((commit) => ({
      id: nodeId('PullRequestCommit', `${repository.id}:${number}:${commit.oid}`),
      commit: { kind: 'Commit' as const, repository, commit },
    }));
    return connection({ name: 'commits', all: nodes, args, key: (node) => node.commit.commit.oid });
  },
  files: async ({ repository, pull }, args: PageArgs) => {
    const from = await mergeBase(repository, { base: pull.baseSha, head: pull.headSha });
    const files = (await changedFiles(repository, { from, to: pull.headSha })).map(({ status, ...file }) => ({
      ...file,
      changeType: status === 'removed' ? 'DELETED' : status.toUpperCase(),
    }));
    return connection({ name: 'files', all: files, args, key: (file) => file.path });
  },
  closingIssuesReferences: ({ repository, pull, body }, args: PageArgs) => {
    const closes = pull.baseRef === repository.defaultBranch ? mentionedIssues(repository, body ?? '') : [];
    return connection({ name: 'closingIssuesReferences', all: closes.filter((issue) => !issue.pull), args, key: byId });
  },
  autoMergeRequest: (issue) => {
    const { autoMerge } = issue.pull;
    return (
      autoMerge && {
        pullRequest: issue,
        enabledAt: iso(autoMerge.enabledAt),
        enabledBy: autoMerge.viewer.user,
        mergeMethod: autoMerge.method.toUpperCase(),
        commitHeadline: autoMerge.title,
        commitBody: autoMerge.message,
        authorEmail: null,
      }
    );
  },
  isInMergeQueue: ({ pull }) => pull.queueEntry !== null,
  isMergeQueueEnabled: ({ repository, pull }) => mergeQueueOf(rulesetsOf(repository, pull.baseRef)) !== undefined,
  mergeQueueEntry: ({ pull }) => pull.queueEntry,
  mergeQueue: ({ repository, pull }) =>
    mergeQueueOf(rulesetsOf(repository, pull.baseRef)) ? queueFields(repository, pull.baseRef) : null,
  permalink: (pull, _args, { world }) => pullHtmlUrl(world.addresses, pull),
};

/** Once for a request: two fields of one query must not make the second of them the second question. */
function shownTo({ shown }: Context, pull: Pull): Promise<Mergeability> {
  const answer = shown.get(pull) ?? shownMergeability(pull);
  shown.set(pull, answer);
  return answer;
}

export const MergeQueueEntry: Fields<QueueEntryRecord> = {
  id: (entry) => nodeId('MergeQueueEntry', entry.id),
  pullRequest: (entry) => entry.pull,
  enqueuer: (entry) => entry.enqueuer,
  enqueuedAt: (entry) => iso(entry.enqueuedAt),
  estimatedTimeToMerge: () => null,
  jump: () => false,
  solo: () => false,
  state: (entry) => (entry.group ? 'AWAITING_CHECKS' : 'QUEUED'),
  position: (entry) => entriesOf(entry.pull.repository, entry.pull.pull.baseRef).indexOf(entry) + 1,
  headCommit: ({ pull, group }) => group && gitObject(pull.repository, group.headSha),
  baseCommit: ({ pull, group }) => group && gitObject(pull.repository, group.baseSha),
  mergeQueue: ({ pull }) => queueFields(pull.repository, pull.pull.baseRef),
};

export function queueFields(repository: RepositoryRecord, branch: string) {
  return {
    id: nodeId('MergeQueue', `${repository.id}:${branch}`),
    repository,
    nextEntryEstimatedTimeToMerge: null,
    resourcePath: `/${repository.fullName}/queue/${branch}`,
    entries: (args: PageArgs) => connection({ name: 'entries', all: entriesOf(repository, branch), args, key: byId }),
  };
}

export interface PullsArgs extends PageArgs {
  readonly states?: readonly string[] | null;
  readonly headRefName?: string | null;
  readonly baseRefName?: string | null;
  readonly labels?: readonly string[] | null;
  readonly orderBy?: { readonly field: string; readonly direction: 'ASC' | 'DESC' } | null;
}

export function pullsOf(repository: RepositoryRecord, args: PullsArgs) {
  const stateOf = ({ state, pull }: Pull) => (pull.merged ? 'MERGED' : state.toUpperCase());
  const wanted = repository.issues
    .filter(isPullRequest)
    .filter((each) => args.states?.includes(stateOf(each)) ?? true)
    .filter(({ pull }) => (args.headRefName ?? pull.headRef) === pull.headRef)
    .filter(({ pull }) => (args.baseRefName ?? pull.baseRef) === pull.baseRef)
    .filter(({ labels }) => args.labels?.some((name) => [...labels].some((label) => label.name === name)) ?? true);
  return connection({ name: 'pullRequests', all: [...wanted].sort(issueOrder(args.orderBy)), args, key: byId });
}
