import type { Effect } from '../../decide/effects/effect.ts';
import { unreachable } from '../../state/unreachable.ts';
import type { ApplyInput } from './apply.ts';

/** One mutation of a batch. */
export interface Mutation {
  readonly name: string;
  /** Name of its input type. */
  readonly input: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Fields asked of its payload. */
  readonly answer: string;
}

const ISSUE = 'issue { ...IssueFields }';
const LABELABLE = 'labelable { ...IssueFields }';

/** A precondition that does not hold: what the mutation speaks of is not there. */
export interface Missing {
  readonly missing: string;
}

/** @returns The mutation that carries out an effect, or undefined for effects that only REST can carry out. */
export function toMutation(effect: Effect, input: ApplyInput): Mutation | Missing | undefined {
  switch (effect.kind) {
    case 'create-label': {
      const { name, color, description } = effect;
      const variables = { repositoryId: input.snapshot.repository.id, name, color, description };
      return { name: 'createLabel', input: 'CreateLabelInput', variables, answer: 'label { id name }' };
    }
    case 'create-issue': {
      const labelIds = effect.labels.flatMap((name) => input.memory.labels.get(name) ?? []);
      if (labelIds.length < effect.labels.length) return { missing: `one of the labels ${effect.labels.join(', ')}` };
      const parentIssueId = effect.parent === undefined ? undefined : idOf(effect.parent, input);
      const { title, body } = effect;
      const variables = { repositoryId: input.snapshot.repository.id, title, body, labelIds, parentIssueId };
      return { name: 'createIssue', input: 'CreateIssueInput', variables, answer: ISSUE };
    }
    case 'write-body':
      return about(effect.issue, input, (id) => ({
        ...{ name: 'updateIssue', input: 'UpdateIssueInput', answer: ISSUE },
        variables: { id, body: effect.body },
      }));
    case 'add-labels':
    case 'remove-labels': {
      const labelIds = effect.labels.flatMap((name) => input.memory.labels.get(name) ?? []);
      if (labelIds.length < effect.labels.length) return { missing: `one of the labels ${effect.labels.join(', ')}` };
      const add = effect.kind === 'add-labels';
      return about(effect.issue, input, (labelableId) => ({
        name: add ? 'addLabelsToLabelable' : 'removeLabelsFromLabelable',
        input: add ? 'AddLabelsToLabelableInput' : 'RemoveLabelsFromLabelableInput',
        variables: { labelableId, labelIds },
        answer: LABELABLE,
      }));
    }
    case 'add-blocked-by':
    case 'remove-blocked-by': {
      const blockingIssueId = idOf(effect.blocker, input);
      if (blockingIssueId === undefined) return { missing: `issue #${effect.blocker}` };
      const add = effect.kind === 'add-blocked-by';
      return about(effect.issue, input, (issueId) => ({
        name: add ? 'addBlockedBy' : 'removeBlockedBy',
        input: add ? 'AddBlockedByInput' : 'RemoveBlockedByInput',
        variables: { issueId, blockingIssueId },
        answer: ISSUE,
      }));
    }
    case 'comment':
      return about(effect.issue, input, (subjectId) => ({
        ...{ name: 'addComment', input: 'AddCommentInput', answer: 'clientMutationId' },
        variables: { subjectId, body: effect.body, clientMutationId: effect.key },
      }));
    case 'react': {
      const variables = { subjectId: effect.comment, content: effect.content };
      return { name: 'addReaction', input: 'AddReactionInput', variables, answer: 'reaction { content }' };
    }
    case 'close-issue': {
      const duplicate = typeof effect.as === 'object' ? idOf(effect.as.duplicateOf, input) : undefined;
      const stateReason =
        effect.as === 'completed' ? 'COMPLETED' : effect.as === 'not_planned' ? 'NOT_PLANNED' : 'DUPLICATE';
      return about(effect.issue, input, (issueId) => ({
        ...{ name: 'closeIssue', input: 'CloseIssueInput', answer: ISSUE },
        variables: { issueId, stateReason, ...(duplicate === undefined ? {} : { duplicateIssueId: duplicate }) },
      }));
    }
    case 'dispatch':
    case 'cancel-run':
    case 'delete-claim':
    case 'create-branch':
    case 'merge-branch':
    case 'open-pull':
      return undefined;
    default:
      return unreachable(effect);
  }
}

function about(issue: number, input: ApplyInput, mutation: (id: string) => Mutation): Mutation | Missing {
  const id = idOf(issue, input);
  return id === undefined ? { missing: `issue #${issue}` } : mutation(id);
}

function idOf(issue: number, { memory }: ApplyInput): string | undefined {
  return memory.issues.get(issue)?.id;
}
