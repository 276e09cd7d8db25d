import { NEEDS, requireAccess } from '../../access/permissions.ts';
import { addReaction, createComment, deleteComment, editComment, minimizeComment } from '../../issues/comments.ts';
import { deleteIssue, transferIssue } from '../../issues/departures.ts';
import {
  addLabels,
  closeIssue,
  createIssue,
  editIssue,
  removeLabels,
  reopenIssue,
  replaceLabels,
  requireStateChange,
} from '../../issues/issues.ts';
import { createLabel } from '../../issues/labels.ts';
import {
  addBlockedBy,
  addSubIssue,
  removeBlockedBy,
  removeSubIssue,
  requireRoomBelow,
} from '../../issues/relations.ts';
import { unprocessable } from '../../model/errors.ts';
import type { StateReason } from '../../model/issue-events.ts';
import { REACTIONS } from '../../model/reactions.ts';
import type { CommentRecord } from '../../model/records.ts';
import type { Context, Fields } from './fields.ts';
import { CONTENT } from './issues.ts';
import { findNode, issueNode, labelNodes, numberedNode, repositoryNode, wrongKind } from './nodes.ts';

interface Input<T> {
  readonly input: T & { readonly clientMutationId?: string | null };
}

type Optional = string | null | undefined;

interface CreateIssue {
  readonly repositoryId: string;
  readonly title: string;
  readonly body?: Optional;
  readonly labelIds?: readonly string[] | null;
  readonly parentIssueId?: Optional;
}

interface UpdateIssue {
  readonly id: string;
  readonly title?: Optional;
  readonly body?: Optional;
  readonly state?: 'OPEN' | 'CLOSED' | null;
  readonly labelIds?: readonly string[] | null;
}

interface Labelling {
  readonly labelableId: string;
  readonly labelIds: readonly string[];
}

interface Blocking {
  readonly issueId: string;
  readonly blockingIssueId: string;
}

interface NewLabelInput {
  readonly repositoryId: string;
  readonly name: string;
  readonly color: string;
  readonly description?: Optional;
}

/** Fields of inputs that are not embedded would be lost in silence. */
export function refuseInputs(input: object, ...names: readonly string[]): void {
  const used = names.find((name) => name in input);
  if (used !== undefined) throw unprocessable(`not embedded: input field ${used}`);
}

export const issueMutations: Fields<unknown> = {
  createIssue: async (_source, { input }: Input<CreateIssue>, context) => {
    refuseInputs(input, 'assigneeIds', 'milestoneId', 'projectIds', 'issueTemplate');
    const { viewer } = context;
    const repository = await repositoryNode(input.repositoryId, context);
    requireAccess(viewer, { repository, need: NEEDS.joinIssues });
    const labels = await labelNodes(input.labelIds ?? [], context);
    const parent = input.parentIssueId ? await issueNode(input.parentIssueId, context) : null;
    // That GitHub makes no issue at all then is an assumption, the less kind one.
    if (parent) requireRoomBelow(parent);
    const issue = createIssue(context, { repository, title: input.title, body: input.body ?? null, labels });
    if (parent) addSubIssue(context, { parent, child: issue, replaceParent: false });
    return payload(input, { issue });
  },
  updateIssue: async (_source, { input }: Input<UpdateIssue>, context) => {
    refuseInputs(input, 'assigneeIds', 'milestoneId', 'projectIds');
    const { viewer } = context;
    const issue = await issueNode(input.id, context);
    const texts = {
      ...(typeof input.title === 'string' && { title: input.title }),
      ...(typeof input.body === 'string' && { body: input.body }),
    };
    if (Object.keys(texts).length > 0) editIssue(context, { issue, ...texts });
    if (input.labelIds) replaceLabels(context, { issue, labels: await labelNodes(input.labelIds, context) });
    if (input.state) requireStateChange(viewer, issue);
    if (input.state === 'CLOSED') closeIssue(context, { issue, reason: 'completed' });
    if (input.state === 'OPEN') reopenIssue(context, issue);
    return payload(input, { issue, actor: viewer.user });
  },
  closeIssue: async (
    _source,
    {
      input,
    }: Input<{ readonly issueId: string; readonly stateReason?: Optional; readonly duplicateIssueId?: Optional }>,
    context,
  ) => {
    const issue = await issueNode(input.issueId, context);
    if (input.duplicateIssueId) await issueNode(input.duplicateIssueId, context);
    requireStateChange(context.viewer, issue);
    const reason = input.duplicateIssueId ? 'duplicate' : closingReason(input.stateReason);
    closeIssue(context, { issue, reason });
    return payload(input, { issue });
  },
  deleteIssue: async (_source, { input }: Input<{ readonly issueId: string }>, context) => {
    const issue = await issueNode(input.issueId, context);
    deleteIssue(context, issue);
    return payload(input, { repository: issue.repository });
  },
  transferIssue: async (
    _source,
    { input }: Input<{ readonly issueId: string; readonly repositoryId: string }>,
    context,
  ) => {
    const to = await repositoryNode(input.repositoryId, context);
    return payload(input, { issue: transferIssue(context, { issue: await issueNode(input.issueId, context), to }) });
  },
  reopenIssue: async (_source, { input }: Input<{ readonly issueId: string }>, context) => {
    const issue = await issueNode(input.issueId, context);
    requireStateChange(context.viewer, issue);
    reopenIssue(context, issue);
    return payload(input, { issue });
  },
  addLabelsToLabelable: async (_source, { input }: Input<Labelling>, context) => {
    const issue = await numberedNode(input.labelableId, context);
    addLabels(context, { issue, labels: await labelNodes(input.labelIds, context) });
    return payload(input, { labelable: issue });
  },
  removeLabelsFromLabelable: async (_source, { input }: Input<Labelling>, context) => {
    const issue = await numberedNode(input.labelableId, context);
    removeLabels(context, { issue, labels: await labelNodes(input.labelIds, context) });
    return payload(input, { labelable: issue });
  },
  createLabel: async (_source, { input }: Input<NewLabelInput>, context) => {
    const repository = await repositoryNode(input.repositoryId, context);
    const { name, color, description = null } = input;
    return payload(input, {
      label: createLabel(context, { repository, name, color, description }),
    });
  },
  addSubIssue: async (
    _source,
    {
      input,
    }: Input<{ readonly issueId: string; readonly subIssueId?: Optional; readonly replaceParent?: boolean | null }>,
    context,
  ) => {
    refuseInputs(input, 'subIssueUrl');
    const issue = await issueNode(input.issueId, context);
    const subIssue = await issueNode(input.subIssueId ?? '', context);
    addSubIssue(context, { parent: issue, child: subIssue, replaceParent: input.replaceParent === true });
    return payload(input, { issue, subIssue });
  },
  removeSubIssue: async (
    _source,
    { input }: Input<{ readonly issueId: string; readonly subIssueId: string }>,
    context,
  ) => {
    const [issue, subIssue] = [await issueNode(input.issueId, context), await issueNode(input.subIssueId, context)];
    removeSubIssue(context, { parent: issue, child: subIssue });
    return payload(input, { issue, subIssue });
  },
  addBlockedBy: async (_source, { input }: Input<Blocking>, context) => {
    const [issue, blockingIssue] = [
      await issueNode(input.issueId, context),
      await issueNode(input.blockingIssueId, context),
    ];
    addBlockedBy(context, { issue, blocker: blockingIssue });
    return payload(input, { issue, blockingIssue });
  },
  removeBlockedBy: async (_source, { input }: Input<Blocking>, context) => {
    const [issue, blockingIssue] = [
      await issueNode(input.issueId, context),
      await issueNode(input.blockingIssueId, context),
    ];
    removeBlockedBy(context, { issue, blocker: blockingIssue });
    return payload(input, { issue, blockingIssue });
  },
  addComment: async (_source, { input }: Input<{ readonly subjectId: string; readonly body: string }>, context) => {
    const subject = await numberedNode(input.subjectId, context);
    const comment = createComment(context, { issue: subject, body: input.body });
    const cursor = Buffer.from(String(comment.id)).toString('base64');
    return payload(input, { subject, commentEdge: { node: comment, cursor }, timelineEdge: { node: comment, cursor } });
  },
  updateIssueComment: async (_source, { input }: Input<{ readonly id: string; readonly body: string }>, context) => {
    const issueComment = await commentNode(input.id, context);
    editComment(context, { comment: issueComment, body: input.body });
    return payload(input, { issueComment });
  },
  deleteIssueComment: async (_source, { input }: Input<{ readonly id: string }>, context) => {
    deleteComment(context, await commentNode(input.id, context));
    return payload(input, {});
  },
  minimizeComment: async (
    _source,
    { input }: Input<{ readonly subjectId: string; readonly classifier: string }>,
    context,
  ) => {
    const comment = await commentNode(input.subjectId, context);
    minimizeComment(context, { comment, reason: input.classifier.toLowerCase().replaceAll('_', '-') });
    return payload(input, { minimizedComment: comment });
  },
  addReaction: async (_source, { input }: Input<{ readonly subjectId: string; readonly content: string }>, context) => {
    const subject = await findNode(input.subjectId, context);
    if (subject.kind !== 'Issue' && subject.kind !== 'IssueComment') throw wrongKind(input.subjectId, 'Reactable');
    const content = REACTIONS.find((each) => CONTENT[each] === input.content) ?? '+1';
    const { reaction } = addReaction(context, { subject, content });
    return payload(input, { reaction, subject });
  },
};

async function commentNode(id: string, context: Context): Promise<CommentRecord> {
  const node = await findNode(id, context);
  if (node.kind !== 'IssueComment') throw wrongKind(id, 'IssueComment');
  return node;
}

function closingReason(reason: Optional): StateReason {
  if (reason === 'NOT_PLANNED') return 'not_planned';
  return reason === 'DUPLICATE' ? 'duplicate' : 'completed';
}

export function payload<T extends object>(input: { readonly clientMutationId?: string | null }, fields: T) {
  return { clientMutationId: input.clientMutationId ?? null, ...fields };
}
