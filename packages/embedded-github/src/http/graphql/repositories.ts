import { NEEDS, type Need, requireAccess, requireIssueAccess } from '../../access/permissions.ts';
import { readCommit } from '../../git/commits.ts';
import { listRefs, type RefRecord, readRef } from '../../git/refs.ts';
import { ApiError } from '../../model/errors.ts';
import { gitNodeId, recordNodeId } from '../../model/node-ids.ts';
import { findLabel, type RepositoryRecord } from '../../model/store.ts';
import { iso } from '../../model/time.ts';
import { mergeQueueOf, rulesetsOf } from '../../rules/rulesets.ts';
import { rollupOf } from './checks.ts';
import { connection, type PageArgs } from './connection.ts';
import type { CommitObject, Context, Fields, FileObject } from './fields.ts';
import { type IssuesArgs, issuesOf } from './issues.ts';
import { type PullsArgs, pullsOf, queueFields } from './pulls.ts';

/** GitHub cuts the text of a blob here. */
const LARGEST_TEXT = 512_000;

function check(need: Need, repository: RepositoryRecord, { viewer }: Context): void {
  requireAccess(viewer, repository, need);
}

export const Repository: Fields<RepositoryRecord> = {
  id: recordNodeId,
  databaseId: (repository) => repository.id,
  name: (repository) => repository.name,
  nameWithOwner: (repository) => repository.fullName,
  owner: (repository) => repository.owner,
  url: (repository, _args, { world }) => `${world.addresses.server}/${repository.fullName}`,
  resourcePath: (repository) => `/${repository.fullName}`,
  isPrivate: (repository) => repository.private,
  isArchived: () => false,
  isFork: () => false,
  hasIssuesEnabled: () => true,
  visibility: (repository) => (repository.private ? 'PRIVATE' : 'PUBLIC'),
  description: () => null,
  createdAt: (repository) => iso(repository.createdAt),
  pushedAt: (repository) => iso(repository.pushedAt),
  updatedAt: (repository) => iso(repository.pushedAt),
  isEmpty: async (repository) => (await listRefs(repository, 'refs/heads/')).length === 0,
  defaultBranchRef: (repository, _args, context) => {
    check(NEEDS.readContents, repository, context);
    return readRef(repository, `refs/heads/${repository.defaultBranch}`);
  },
  ref: (repository, args: { readonly qualifiedName: string }, context) => {
    check(NEEDS.readContents, repository, context);
    return qualifiedRef(repository, args.qualifiedName);
  },
  refs: async (repository, args: PageArgs & { readonly refPrefix: string }, context) => {
    check(NEEDS.readContents, repository, context);
    return connection('refs', await listRefs(repository, args.refPrefix), args, (ref) => ref.name);
  },
  object: (repository, args: { readonly expression?: string | null; readonly oid?: string | null }, context) => {
    check(NEEDS.readContents, repository, context);
    return gitObject(repository, args.oid ?? args.expression ?? '');
  },
  issue: (repository, args: { readonly number: number }, context) => {
    check(NEEDS.readIssues, repository, context);
    const issue = repository.issues[args.number - 1];
    if (!issue || issue.pull)
      throw new ApiError(404, `Could not resolve to an Issue with the number of ${args.number}.`);
    return issue;
  },
  issues: (repository, args: IssuesArgs, context) => {
    check(NEEDS.readIssues, repository, context);
    return issuesOf(repository, args);
  },
  issueOrPullRequest: (repository, args: { readonly number: number }, context) => {
    check(NEEDS.metadata, repository, context);
    const found = repository.issues[args.number - 1];
    if (found) requireIssueAccess(context.viewer, found, NEEDS.readIssues);
    return found ?? null;
  },
  pullRequest: async (repository, args: { readonly number: number }, context) => {
    check(NEEDS.readPulls, repository, context);
    await context.world.settled();
    const pull = repository.issues[args.number - 1];
    if (pull?.pull) return pull;
    throw new ApiError(404, `Could not resolve to a PullRequest with the number of ${args.number}.`);
  },
  pullRequests: async (repository, args: PullsArgs, context) => {
    check(NEEDS.readPulls, repository, context);
    await context.world.settled();
    return pullsOf(repository, args);
  },
  mergeQueue: (repository, args: { readonly branch?: string | null }) => {
    const branch = args.branch ?? repository.defaultBranch;
    return mergeQueueOf(rulesetsOf(repository, branch)) ? queueFields(repository, branch) : null;
  },
  autoMergeAllowed: (repository) => repository.settings.autoMerge,
  deleteBranchOnMerge: (repository) => repository.settings.deleteBranchOnMerge,
  mergeCommitAllowed: (repository) => repository.settings.merge,
  squashMergeAllowed: (repository) => repository.settings.squash,
  rebaseMergeAllowed: (repository) => repository.settings.rebase,
  label: (repository, args: { readonly name: string }) => findLabel(repository, args.name) ?? null,
  labels: (repository, args: PageArgs & { readonly query?: string | null }) => {
    const query = args.query?.toLowerCase() ?? '';
    const found = repository.labels.filter(({ name, description }) =>
      `${name} ${description ?? ''}`.toLowerCase().includes(query),
    );
    return connection('labels', found, args, (label) => label.id);
  },
};

/** A ref by its full name, or by a short one as git finds it. */
async function qualifiedRef(repository: RepositoryRecord, name: string): Promise<RefRecord | null> {
  const candidates = name.startsWith('refs/') ? [name] : [`refs/${name}`, `refs/heads/${name}`, `refs/tags/${name}`];
  for (const candidate of candidates) {
    const ref = await readRef(repository, candidate);
    if (ref) return ref;
  }
  return null;
}

/** The object behind an expression; HEAD is the default branch. */
export async function gitObject(
  repository: RepositoryRecord,
  expression: string,
): Promise<CommitObject | FileObject | null> {
  const object = await repository.objects.read(expression);
  if (!object) return null;
  if (object.type === 'blob') return { kind: 'Blob', repository, oid: object.oid, content: object.content };
  if (object.type === 'tree') return { kind: 'Tree', repository, oid: object.oid, content: object.content };
  const commit = await readCommit(repository, expression);
  return commit && { kind: 'Commit', repository, commit };
}

export const Ref: Fields<RefRecord> = {
  id: (ref) => gitNodeId('Ref', ref.repository, ref.name),
  name: (ref) => ref.name.replace(/^refs\/(?:heads|tags)\/|^refs\//, ''),
  prefix: (ref) => /^refs\/(?:heads|tags)\/|^refs\//.exec(ref.name)?.[0] ?? '',
  repository: (ref) => ref.repository,
  target: (ref) => gitObject(ref.repository, ref.oid),
};

export const Commit: Fields<CommitObject> = {
  id: ({ repository, commit }) => gitNodeId('Commit', repository, commit.oid),
  oid: ({ commit }) => commit.oid,
  abbreviatedOid: ({ commit }) => commit.oid.slice(0, 7),
  message: ({ commit }) => commit.message,
  messageHeadline: ({ commit }) => commit.message.split('\n')[0] ?? '',
  messageBody: ({ commit }) => commit.message.split('\n').slice(1).join('\n').trim(),
  committedDate: ({ commit }) => iso(commit.committer.date),
  authoredDate: ({ commit }) => iso(commit.author.date),
  author: ({ commit }) => gitActor(commit.author),
  committer: ({ commit }) => gitActor(commit.committer),
  repository: ({ repository }) => repository,
  tree: ({ repository, commit }) => gitObject(repository, commit.tree),
  url: ({ repository, commit }, _args, { world }) =>
    `${world.addresses.server}/${repository.fullName}/commit/${commit.oid}`,
  statusCheckRollup: ({ repository, commit }) => rollupOf(repository, commit.oid),
  parents: async ({ repository, commit }, args: PageArgs) => {
    const parents = await Promise.all(commit.parents.map((oid) => gitObject(repository, oid)));
    return connection('parents', parents, args, (parent) => (parent?.kind === 'Commit' ? parent.commit.oid : ''));
  },
};

function gitActor({ name, email, date }: CommitObject['commit']['author']) {
  return { name, email, date: iso(date), user: null };
}

const file: Fields<FileObject> = {
  id: ({ repository, kind, oid }) => gitNodeId(kind, repository, oid),
  oid: ({ oid }) => oid,
  abbreviatedOid: ({ oid }) => oid.slice(0, 7),
  repository: ({ repository }) => repository,
};
export const Tree = file;
export const Blob: Fields<FileObject> = {
  ...file,
  byteSize: ({ content }) => content.length,
  isBinary: ({ content }) => isBinary(content),
  isTruncated: ({ content }) => content.length > LARGEST_TEXT,
  text: ({ content }) => (isBinary(content) ? null : content.subarray(0, LARGEST_TEXT).toString('utf8')),
};

/** As git judges: a NUL byte in the first 8,000. */
function isBinary(content: Buffer): boolean {
  return content.subarray(0, 8000).includes(0);
}
