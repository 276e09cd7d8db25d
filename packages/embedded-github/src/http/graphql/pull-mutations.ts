import { NEEDS, requireAccess } from '../../access/permissions.ts';
import { closeIssue, editIssue, requireStateChange } from '../../issues/issues.ts';
import type { MergeMethod, MergeOptions } from '../../model/rules.ts';
import { disableAutoMerge, enableAutoMerge, mergeReady } from '../../pulls/auto-merge.ts';
import { mergePull, updateHead } from '../../pulls/merge.ts';
import { changeBase, openPull, reopenPull } from '../../pulls/open.ts';
import { dequeue, enqueue } from '../../pulls/queue.ts';
import { submitReview } from '../../pulls/reviews.ts';
import type { Fields } from './fields.ts';
import { payload } from './issue-mutations.ts';
import { pullNode, repositoryNode } from './nodes.ts';

type Optional = string | null | undefined;

/** What every input that names one pull request has. */
interface Named<T = unknown> {
  readonly input: T & { readonly clientMutationId?: string | null; readonly pullRequestId: string };
}

interface Merging {
  readonly expectedHeadOid?: Optional;
  readonly mergeMethod?: 'MERGE' | 'SQUASH' | 'REBASE' | null;
  readonly commitHeadline?: Optional;
  readonly commitBody?: Optional;
}

interface CreatePull {
  readonly clientMutationId?: string | null;
  readonly repositoryId: string;
  readonly title: string;
  readonly body?: Optional;
  readonly headRefName: string;
  readonly baseRefName: string;
  readonly draft?: boolean | null;
}

interface UpdatePull {
  readonly title?: Optional;
  readonly body?: Optional;
  readonly baseRefName?: Optional;
  readonly state?: 'OPEN' | 'CLOSED' | null;
}

const METHODS: Readonly<Record<string, MergeMethod>> = { MERGE: 'merge', SQUASH: 'squash', REBASE: 'rebase' };

function mergeOptions({ mergeMethod, commitHeadline, commitBody }: Merging): MergeOptions {
  const method = METHODS[mergeMethod ?? 'MERGE'] ?? 'merge';
  return { method, title: commitHeadline ?? null, message: commitBody ?? null };
}

export const pullMutations: Fields<unknown> = {
  createPullRequest: async (_source, { input }: { readonly input: CreatePull }, context) => {
    const repository = await repositoryNode(input.repositoryId, context);
    const pullRequest = await openPull(context, {
      repository,
      title: input.title,
      body: input.body ?? null,
      head: input.headRefName.replace(/^refs\/heads\//, ''),
      base: input.baseRefName.replace(/^refs\/heads\//, ''),
      draft: input.draft === true,
    });
    return payload(input, { pullRequest });
  },
  updatePullRequest: async (_source, { input }: Named<UpdatePull>, context) => {
    const { viewer } = context;
    const pullRequest = await pullNode(input.pullRequestId, context);
    const texts = {
      ...(typeof input.title === 'string' && { title: input.title }),
      ...(typeof input.body === 'string' && { body: input.body }),
    };
    if (Object.keys(texts).length > 0) editIssue(context, { issue: pullRequest, ...texts });
    if (input.baseRefName) await changeBase(context, { pull: pullRequest, base: input.baseRefName });
    if (input.state) requireStateChange(viewer, pullRequest);
    if (input.state === 'CLOSED') closeIssue(context, { issue: pullRequest, reason: 'completed' });
    if (input.state === 'OPEN') await reopenPull(context, pullRequest);
    return payload(input, { pullRequest, actor: viewer.user });
  },
  closePullRequest: async (_source, { input }: Named, context) => {
    const pullRequest = await pullNode(input.pullRequestId, context);
    requireStateChange(context.viewer, pullRequest);
    closeIssue(context, { issue: pullRequest, reason: 'completed' });
    return payload(input, { pullRequest });
  },
  reopenPullRequest: async (_source, { input }: Named, context) => {
    const pullRequest = await pullNode(input.pullRequestId, context);
    await reopenPull(context, pullRequest);
    return payload(input, { pullRequest });
  },
  mergePullRequest: async (_source, { input }: Named<Merging>, context) => {
    const { viewer } = context;
    const pullRequest = await pullNode(input.pullRequestId, context);
    const expectedHead = input.expectedHeadOid ?? undefined;
    await mergePull(context, { pull: pullRequest, ...mergeOptions(input), expectedHead });
    return payload(input, { pullRequest, actor: viewer.user });
  },
  updatePullRequestBranch: async (_source, { input }: Named<{ readonly expectedHeadOid?: Optional }>, context) => {
    const pullRequest = await pullNode(input.pullRequestId, context);
    await updateHead(context, { pull: pullRequest, expectedHead: input.expectedHeadOid ?? undefined });
    await context.world.settled();
    return payload(input, { pullRequest });
  },
  enablePullRequestAutoMerge: async (_source, { input }: Named<Merging>, context) => {
    const { viewer } = context;
    const pullRequest = await pullNode(input.pullRequestId, context);
    await enableAutoMerge(context, { pull: pullRequest, ...mergeOptions(input), expectedHead: input.expectedHeadOid });
    return payload(input, { pullRequest, actor: viewer.user });
  },
  disablePullRequestAutoMerge: async (_source, { input }: Named, context) => {
    const pullRequest = await pullNode(input.pullRequestId, context);
    disableAutoMerge(context, pullRequest);
    return payload(input, { pullRequest, actor: context.viewer.user });
  },
  enqueuePullRequest: async (
    _source,
    { input }: Named<{ readonly expectedHeadOid?: Optional; readonly jump?: boolean | null }>,
    context,
  ) => {
    const pull = await pullNode(input.pullRequestId, context);
    const wanted = { expectedHead: input.expectedHeadOid, jump: input.jump === true };
    const mergeQueueEntry = await enqueue(context, { pull, ...wanted });
    return payload(input, { mergeQueueEntry });
  },
  dequeuePullRequest: async (
    _source,
    { input }: { readonly input: { readonly clientMutationId?: string | null; readonly id: string } },
    context,
  ) => {
    const { world, viewer } = context;
    const pull = await pullNode(input.id, context);
    requireAccess(viewer, { repository: pull.repository, need: NEEDS.mergePulls });
    const mergeQueueEntry = pull.pull.queueEntry;
    await dequeue(context, { pull, reason: 'MANUAL' });
    world.later(() => mergeReady(world, pull.repository));
    return payload(input, { mergeQueueEntry });
  },
  addPullRequestReview: async (
    _source,
    { input }: Named<{ readonly event?: Optional; readonly body?: Optional; readonly commitOID?: Optional }>,
    context,
  ) => {
    const pull = await pullNode(input.pullRequestId, context);
    const review = submitReview(context, {
      pull,
      event: input.event ?? '',
      body: input.body ?? '',
      comments: [],
      ...(input.commitOID && { commit: input.commitOID }),
    });
    return payload(input, { pullRequestReview: review });
  },
};
