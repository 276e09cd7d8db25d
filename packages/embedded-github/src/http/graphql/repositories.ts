import { NEEDS, requireAccess, requireIssueAccess, roleOf } from '../../access/permissions.ts';
import { listRefs, type RefRecord, readRef } from '../../git/refs.ts';
import { ApiError } from '../../model/errors.ts';
import { recordNodeId } from '../../model/node-ids.ts';
import type { RepositoryRecord } from '../../model/records.ts';
import { findLabel, issueNumbered } from '../../model/store.ts';
import { iso } from '../../model/time.ts';
import { mergeQueueOf, rulesetsOf } from '../../rules/rulesets.ts';
import { connection, type PageArgs } from './connection.ts';
import type { Fields } from './fields.ts';
import { gitObject } from './git-object.ts';
import { type IssuesArgs, issuesOf } from './issues.ts';
import { type PullsArgs, pullsOf, queueFields } from './pulls.ts';

export const Repository: Fields<RepositoryRecord> = {
  id: recordNodeId,
  databaseId: (repository) => repository.id,
  name: (repository) => repository.name,
  nameWithOwner: (repository) => repository.fullName,
  owner: (repository) => repository.owner,
  url: (repository, _args, { world }) => `${world.addresses.server}/${repository.fullName}`,
  resourcePath: (repository) => `/${repository.fullName}`,
  isPrivate: (repository) => repository.private,
  isArchived: (repository) => repository.settings.archived,
  isFork: (repository) => repository.parent !== null,
  parent: (repository) => repository.parent,
  // Null for apps and GITHUB_TOKEN, which have no role: an assumption, GitHub documents only that it is nullable.
  viewerPermission: (repository, _args, { viewer }) =>
    viewer.kind === 'person' ? (roleOf(viewer.user, repository)?.toUpperCase() ?? null) : null,
  hasIssuesEnabled: () => true,
  visibility: (repository) => (repository.private ? 'PRIVATE' : 'PUBLIC'),
  description: () => null,
  createdAt: (repository) => iso(repository.createdAt),
  pushedAt: (repository) => iso(repository.pushedAt),
  updatedAt: (repository) => iso(repository.pushedAt),
  isEmpty: async (repository) => (await listRefs(repository, 'refs/heads/')).length === 0,
  defaultBranchRef: (repository, _args, context) => {
    requireAccess(context.viewer, { repository, need: NEEDS.readContents });
    return readRef(repository, `refs/heads/${repository.defaultBranch}`);
  },
  ref: (repository, args: { readonly qualifiedName: string }, context) => {
    requireAccess(context.viewer, { repository, need: NEEDS.readContents });
    return qualifiedRef(repository, args.qualifiedName);
  },
  refs: async (repository, args: PageArgs & { readonly refPrefix: string }, context) => {
    requireAccess(context.viewer, { repository, need: NEEDS.readContents });
    return connection({ name: 'refs', all: await listRefs(repository, args.refPrefix), args, key: (ref) => ref.name });
  },
  object: (repository, args: { readonly expression?: string | null; readonly oid?: string | null }, context) => {
    requireAccess(context.viewer, { repository, need: NEEDS.readContents });
    return gitObject(repository, args.oid ?? args.expression ?? '');
  },
  issue: (repository, args: { readonly number: number }, context) => {
    requireAccess(context.viewer, { repository, need: NEEDS.readIssues });
    // GitHub follows an issue to where it was transferred.
    const issue = issueNumbered(repository, args.number) ?? repository.transferred.get(args.number);
    if (!issue || issue.pull)
      throw new ApiError(404, `Could not resolve to an Issue with the number of ${args.number}.`);
    return issue;
  },
  issues: (repository, args: IssuesArgs, context) => {
    requireAccess(context.viewer, { repository, need: NEEDS.readIssues });
    return issuesOf(repository, args);
  },
  issueOrPullRequest: (repository, args: { readonly number: number }, context) => {
    requireAccess(context.viewer, { repository, need: NEEDS.metadata });
    const found = issueNumbered(repository, args.number);
    if (found) requireIssueAccess(context.viewer, { issue: found, need: NEEDS.readIssues });
    return found ?? null;
  },
  pullRequest: async (repository, args: { readonly number: number }, context) => {
    requireAccess(context.viewer, { repository, need: NEEDS.readPulls });
    await context.world.settled();
    const pull = issueNumbered(repository, args.number);
    if (pull?.pull) return pull;
    throw new ApiError(404, `Could not resolve to a PullRequest with the number of ${args.number}.`);
  },
  pullRequests: async (repository, args: PullsArgs, context) => {
    requireAccess(context.viewer, { repository, need: NEEDS.readPulls });
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
    return connection({ name: 'labels', all: found, args, key: (label) => label.id });
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
