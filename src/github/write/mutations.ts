import type { Effect } from '../../decide/effects/effect.ts';
import { occasionOfEffect } from '../../decide/effects/unsaid.ts';
import { sayingOf, withOccasion } from '../../state/occasion.ts';
import type { EffectOf, Missing, Mutation, MutationExecutor, Targets } from './executor.ts';

/** What GraphQL can do: many effects go out in one request. */

const ISSUE = 'issue { ...IssueFields }';
const LABELABLE = 'labelable { ...IssueFields }';

export const createLabel = by<'create-label'>(({ name, color, description }, { repositoryId }) => ({
  name: 'createLabel',
  input: 'CreateLabelInput',
  variables: { repositoryId, name, color, description },
  answer: 'label { id name }',
}));

export const createIssue = by<'create-issue'>(({ title, body, labels, parent }, targets) =>
  withLabels({ labels, targets }, (labelIds) => ({
    name: 'createIssue',
    input: 'CreateIssueInput',
    variables: {
      repositoryId: targets.repositoryId,
      title,
      body,
      labelIds,
      parentIssueId: parent === undefined ? undefined : targets.issues.get(parent)?.id,
    },
    answer: ISSUE,
  })),
);

export const writeBody = by<'write-body'>(({ issue, body, title }, targets) =>
  about({ issue, targets }, (id) => ({
    name: 'updateIssue',
    input: 'UpdateIssueInput',
    variables: { id, body, ...(title === undefined ? {} : { title }) },
    answer: ISSUE,
  })),
);

export const setParent = by<'set-parent'>(({ issue, parent }, targets) =>
  about({ issue: parent, targets }, (issueId) =>
    about({ issue, targets }, (subIssueId) => ({
      name: 'addSubIssue',
      input: 'AddSubIssueInput',
      variables: { issueId, subIssueId, replaceParent: true },
      answer: 'subIssue { ...IssueFields }',
    })),
  ),
);

export const addLabels = by<'add-labels'>(({ issue, labels }, targets) =>
  withLabels({ labels, targets }, (labelIds) =>
    about({ issue, targets }, (labelableId) => ({
      name: 'addLabelsToLabelable',
      input: 'AddLabelsToLabelableInput',
      variables: { labelableId, labelIds },
      answer: LABELABLE,
    })),
  ),
);

export const removeLabels = by<'remove-labels'>(({ issue, labels }, targets) =>
  withLabels({ labels, targets }, (labelIds) =>
    about({ issue, targets }, (labelableId) => ({
      name: 'removeLabelsFromLabelable',
      input: 'RemoveLabelsFromLabelableInput',
      variables: { labelableId, labelIds },
      answer: LABELABLE,
    })),
  ),
);

export const addBlockedBy = by<'add-blocked-by'>(({ issue, blocker, blockerId }, targets) =>
  about({ issue: blocker, id: blockerId, targets }, (blockingIssueId) =>
    about({ issue, targets }, (issueId) => ({
      name: 'addBlockedBy',
      input: 'AddBlockedByInput',
      variables: { issueId, blockingIssueId },
      answer: ISSUE,
    })),
  ),
);

export const removeBlockedBy = by<'remove-blocked-by'>(({ issue, blocker, blockerId }, targets) =>
  about({ issue: blocker, id: blockerId, targets }, (blockingIssueId) =>
    about({ issue, targets }, (issueId) => ({
      name: 'removeBlockedBy',
      input: 'RemoveBlockedByInput',
      variables: { issueId, blockingIssueId },
      answer: ISSUE,
    })),
  ),
);

export const comment = by<'comment'>((effect, targets) =>
  about({ issue: effect.issue, targets }, (subjectId) => {
    const occasion = occasionOfEffect(effect);
    return {
      name: 'addComment',
      input: 'AddCommentInput',
      variables: {
        subjectId,
        body: withOccasion(effect.body, occasion),
        clientMutationId: sayingOf(effect.issue, occasion),
      },
      answer: 'clientMutationId',
    };
  }),
);

export const react = by<'react'>((effect) => ({
  name: 'addReaction',
  input: 'AddReactionInput',
  variables: { subjectId: effect.comment, content: effect.content },
  answer: 'reaction { content }',
}));

export const minimizeComment = by<'minimize-comment'>(({ comment: subjectId }) => ({
  name: 'minimizeComment',
  input: 'MinimizeCommentInput',
  variables: { subjectId, classifier: 'OUTDATED' },
  answer: 'clientMutationId',
}));

export const closeIssue = by<'close-issue'>(({ issue, as }, targets) =>
  about({ issue, targets }, (issueId) => ({
    name: 'closeIssue',
    input: 'CloseIssueInput',
    variables: { issueId, ...reasonOf(as, targets) },
    answer: ISSUE,
  })),
);

export const reopenIssue = by<'reopen-issue'>(({ issue }, targets) =>
  about({ issue, targets }, (issueId) => ({
    name: 'reopenIssue',
    input: 'ReopenIssueInput',
    variables: { issueId },
    answer: ISSUE,
  })),
);

export const reopenPull = by<'reopen-pull'>(({ id: pullRequestId }) => ({
  name: 'reopenPullRequest',
  input: 'ReopenPullRequestInput',
  variables: { pullRequestId },
  answer: 'clientMutationId',
}));

function reasonOf(as: EffectOf<'close-issue'>['as'], { issues }: Targets): Readonly<Record<string, string>> {
  if (as === 'completed') return { stateReason: 'COMPLETED' };
  if (as === 'not_planned') return { stateReason: 'NOT_PLANNED' };
  const duplicate = issues.get(as.duplicateOf)?.id;
  return duplicate === undefined
    ? { stateReason: 'DUPLICATE' }
    : { stateReason: 'DUPLICATE', duplicateIssueId: duplicate };
}

function by<K extends Effect['kind']>(
  mutation: MutationExecutor<EffectOf<K>>['mutation'],
): MutationExecutor<EffectOf<K>> {
  return { phase: 'mutations', mutation };
}

function about(
  {
    targets,
    issue,
    id = targets.issues.get(issue)?.id,
  }: { readonly issue: number; readonly id?: string | undefined; readonly targets: Targets },
  mutation: (id: string) => Mutation | Missing,
): Mutation | Missing {
  return id === undefined ? { missing: `issue #${issue}` } : mutation(id);
}

function withLabels(
  { labels, targets }: { readonly labels: readonly string[]; readonly targets: Targets },
  mutation: (ids: readonly string[]) => Mutation | Missing,
): Mutation | Missing {
  const ids = labels.flatMap((name) => targets.labels.get(name) ?? []);
  return ids.length < labels.length ? { missing: `one of the labels ${labels.join(', ')}` } : mutation(ids);
}
