import * as z from 'zod';
import { closedAs } from '../../state/closed-as.ts';
import { GHOST } from '../../state/names.ts';
import type {
  Blocker,
  BlockerChange,
  IssueView,
  LabelChange,
  ParentChange,
  StateChange,
} from '../../state/snapshot.ts';

/** GitHub gives one issue no more: a label of ours may be the last of them. */
const MAX_LABELS = 100;
/** Apart from each other, so that no number of labels drives a closing out of view. */
const MAX_LABEL_CHANGES = 100;
const MAX_STATE_CHANGES = 20;
/** The app alone may set fifty blockers. */
const MAX_OTHER_CHANGES = 80;

const OTHER_CHANGES = [
  'BLOCKED_BY_ADDED_EVENT',
  'BLOCKED_BY_REMOVED_EVENT',
  'PARENT_ISSUE_ADDED_EVENT',
  'PARENT_ISSUE_REMOVED_EVENT',
  'RENAMED_TITLE_EVENT',
].join(', ');

/** What every query and mutation of ours asks of an issue, and how the answer becomes an `IssueView`. */
export const ISSUE_FIELDS = `
fragment IssueFields on Issue {
  id number title body state stateReason(enableDuplicate: true) createdAt updatedAt closedAt lastEditedAt locked
  author { login __typename }
  editor { login __typename }
  parent { number repository { nameWithOwner } }
  repository { nameWithOwner }
  labels(first: ${MAX_LABELS}) { nodes { name } }
  subIssuesSummary { total }
  blockedBy(first: 50) { nodes { ...BlockerFields } }
  labelChanges: timelineItems(last: ${MAX_LABEL_CHANGES}, itemTypes: [LABELED_EVENT, UNLABELED_EVENT]) {
    nodes {
      __typename
      ... on LabeledEvent { createdAt actor { login __typename } label { name } }
      ... on UnlabeledEvent { createdAt actor { login __typename } label { name } }
    }
  }
  stateChanges: timelineItems(last: ${MAX_STATE_CHANGES}, itemTypes: [CLOSED_EVENT, REOPENED_EVENT]) {
    nodes {
      __typename
      ... on ClosedEvent { createdAt actor { login __typename } stateReason }
      ... on ReopenedEvent { createdAt actor { login __typename } }
    }
  }
  otherChanges: timelineItems(last: ${MAX_OTHER_CHANGES}, itemTypes: [${OTHER_CHANGES}]) {
    nodes {
      __typename
      ... on BlockedByAddedEvent { createdAt actor { login __typename } blockingIssue { ...BlockerFields } }
      ... on BlockedByRemovedEvent { createdAt actor { login __typename } blockingIssue { ...BlockerFields } }
      ... on ParentIssueAddedEvent { createdAt actor { login __typename } parent { number repository { nameWithOwner } } }
      ... on ParentIssueRemovedEvent { createdAt actor { login __typename } }
      ... on RenamedTitleEvent { createdAt actor { login __typename } }
    }
  }
  firstRename: timelineItems(first: 1, itemTypes: [RENAMED_TITLE_EVENT]) {
    nodes { ... on RenamedTitleEvent { previousTitle } }
  }
}
fragment BlockerFields on Issue { id number state repository { nameWithOwner } }`;

export const actorNode = z.object({ login: z.string(), __typename: z.string() }).nullish();

type ActorNode = z.infer<typeof actorNode>;

const eventNode = z.object({ __typename: z.string(), createdAt: z.string(), actor: actorNode });
const labelNode = eventNode.extend({ label: z.object({ name: z.string() }) });
const stateNode = eventNode.extend({ stateReason: z.string().nullish() });
const repositoryName = z.object({ nameWithOwner: z.string() });
const blockerNode = z.object({ id: z.string(), number: z.number(), state: z.string(), repository: repositoryName });
const parentNode = z.object({ number: z.number(), repository: repositoryName });
/** What the event is about is null where it is gone, or the app may not see it. */
const otherNode = eventNode.extend({ blockingIssue: blockerNode.nullish(), parent: parentNode.nullish() });

export const issueNode = z.object({
  id: z.string(),
  number: z.number(),
  title: z.string(),
  body: z.string(),
  state: z.enum(['OPEN', 'CLOSED']),
  stateReason: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  closedAt: z.string().nullable(),
  lastEditedAt: z.string().nullable(),
  author: actorNode,
  editor: actorNode,
  locked: z.boolean(),
  parent: parentNode.nullable(),
  repository: repositoryName,
  subIssuesSummary: z.object({ total: z.number() }),
  labels: z.object({ nodes: z.array(z.object({ name: z.string() })) }).nullable(),
  blockedBy: z.object({ nodes: z.array(blockerNode.nullable()) }),
  labelChanges: z.object({ nodes: z.array(labelNode) }),
  stateChanges: z.object({ nodes: z.array(stateNode) }),
  otherChanges: z.object({ nodes: z.array(otherNode) }),
  firstRename: z.object({ nodes: z.array(z.object({ previousTitle: z.string() })) }),
});

type IssueNode = z.infer<typeof issueNode>;

/** GraphQL names an app `agent-waves`, REST `agent-waves[bot]`: we use REST's. A deleted account is `ghost`. */
export function loginOf(actor: ActorNode): string {
  if (!actor) return GHOST;
  return actor.__typename === 'Bot' && !actor.login.endsWith('[bot]') ? `${actor.login}[bot]` : actor.login;
}

export function toIssueView(node: IssueNode): IssueView {
  const open = node.state === 'OPEN';
  const stateChanges = node.stateChanges.nodes.map(toStateChange);
  const closed = stateChanges.findLast(({ to }) => to !== 'open');
  const reopened = stateChanges.findLast(({ to }) => to === 'open');
  const labelChanges = node.labelChanges.nodes.map(toLabelChange);
  const here = node.repository.nameWithOwner;
  return {
    id: node.id,
    number: node.number,
    title: node.title,
    firstTitle: node.firstRename.nodes[0]?.previousTitle ?? node.title,
    body: node.body,
    open,
    closedAs: open ? undefined : closedAs(node.stateReason),
    closedAt: open ? undefined : (node.closedAt ?? undefined),
    closedBy: open ? undefined : closed?.by,
    reopenedAt: reopened?.at,
    reopenedBy: reopened?.by,
    author: loginOf(node.author),
    ...(node.lastEditedAt === null ? {} : { editedAt: node.lastEditedAt }),
    writer: knownLogin(node.lastEditedAt === null ? node.author : node.editor),
    createdAt: node.createdAt,
    labels: node.labels?.nodes.map(({ name }) => name) ?? [],
    labelled: new Map(
      labelChanges.flatMap(({ label, added, by, at }) => (added ? [[label, { by: by ?? GHOST, at }] as const] : [])),
    ),
    labelChanges,
    stateChanges,
    parent: numberHere(node.parent, here),
    blockedBy: node.blockedBy.nodes.map((blocker) => toBlocker(blocker, here)),
    ...otherChangesOf(node),
    subIssues: node.subIssuesSummary.total,
    locked: node.locked,
    updatedAt: node.updatedAt,
  };
}

/** @param here Full name of the repository. */
function toBlocker(node: z.infer<typeof blockerNode> | null | undefined, here: string): Blocker {
  if (!node) return HIDDEN_BLOCKER;
  const { id, number, state, repository } = node;
  const elsewhere = repository.nameWithOwner === here ? {} : { repository: repository.nameWithOwner };
  return { id, number, open: state === 'OPEN', ...elsewhere };
}

function numberHere(node: z.infer<typeof parentNode> | null | undefined, here: string): number | undefined {
  return node?.repository.nameWithOwner === here ? node.number : undefined;
}

/** Who did what to its relations, and who named it last. */
function otherChangesOf({
  otherChanges,
  repository,
  author,
  createdAt,
}: IssueNode): Pick<IssueView, 'blockerChanges' | 'parentChanges' | 'titled'> {
  const here = repository.nameWithOwner;
  const blockerChanges: BlockerChange[] = [];
  const parentChanges: ParentChange[] = [];
  let titled: IssueView['titled'] = { by: knownLogin(author), at: createdAt };
  for (const { __typename, actor, createdAt: at, blockingIssue, parent } of otherChanges.nodes) {
    const by = knownLogin(actor);
    if (__typename === 'RenamedTitleEvent') titled = { by, at };
    else if (__typename.startsWith('ParentIssue')) parentChanges.push({ parent: numberHere(parent, here), by, at });
    else
      blockerChanges.push({
        blocker: toBlocker(blockingIssue, here),
        added: __typename === 'BlockedByAddedEvent',
        by,
        at,
      });
  }
  return { blockerChanges, parentChanges, titled };
}

function toStateChange({ __typename, stateReason, actor, createdAt }: z.infer<typeof stateNode>): StateChange {
  const to = __typename === 'ReopenedEvent' ? 'open' : closedAs(stateReason);
  return { to, by: knownLogin(actor), at: createdAt };
}

function toLabelChange({ __typename, label, actor, createdAt }: z.infer<typeof labelNode>): LabelChange {
  return { label: label.name, added: __typename === 'LabeledEvent', by: knownLogin(actor), at: createdAt };
}

/** In a repository that the app may not see: nobody can tell whether it is open, so it holds. */
const HIDDEN_BLOCKER: Blocker = { number: 0, open: true, repository: '' };

/** `editor: null` beside `lastEditedAt` is a deleted account, and so is an actor that is null. */
export function knownLogin(actor: ActorNode): string | undefined {
  return actor ? loginOf(actor) : undefined;
}
