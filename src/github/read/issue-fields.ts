import { z } from 'zod';
import { GHOST } from '../../state/names.ts';
import { type Blocker, closedAs, type IssueView, type LabelChange, type StateChange } from '../../state/snapshot.ts';

/** GitHub gives one issue no more: a label of ours may be the last of them. */
const MAX_LABELS = 100;
/** Apart from each other, so that no number of labels drives a closing out of view. */
const MAX_LABEL_CHANGES = 100;
const MAX_STATE_CHANGES = 20;

/** What every query and mutation of ours asks of an issue, and how the answer becomes an `IssueView`. */
export const ISSUE_FIELDS = `
fragment IssueFields on Issue {
  id number title body state stateReason(enableDuplicate: true) createdAt updatedAt closedAt lastEditedAt
  author { login __typename }
  editor { login __typename }
  parent { number repository { nameWithOwner } }
  repository { nameWithOwner }
  labels(first: ${MAX_LABELS}) { nodes { name } }
  blockedBy(first: 50) { nodes { number state repository { nameWithOwner } } }
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
  firstRename: timelineItems(first: 1, itemTypes: [RENAMED_TITLE_EVENT]) {
    nodes { ... on RenamedTitleEvent { previousTitle } }
  }
}`;

export const actorNode = z.object({ login: z.string(), __typename: z.string() }).nullish();

type ActorNode = z.infer<typeof actorNode>;

const eventNode = z.object({ __typename: z.string(), createdAt: z.string(), actor: actorNode });
const labelNode = eventNode.extend({ label: z.object({ name: z.string() }) });
const stateNode = eventNode.extend({ stateReason: z.string().nullish() });
const repositoryName = z.object({ nameWithOwner: z.string() });

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
  parent: z.object({ number: z.number(), repository: repositoryName }).nullable(),
  repository: repositoryName,
  labels: z.object({ nodes: z.array(z.object({ name: z.string() })) }).nullable(),
  blockedBy: z.object({
    nodes: z.array(z.object({ number: z.number(), state: z.string(), repository: repositoryName }).nullable()),
  }),
  labelChanges: z.object({ nodes: z.array(labelNode) }),
  stateChanges: z.object({ nodes: z.array(stateNode) }),
  firstRename: z.object({ nodes: z.array(z.object({ previousTitle: z.string() })) }),
});

type IssueNode = z.infer<typeof issueNode>;
type RepositoryName = z.infer<typeof repositoryName>;

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
  const isElsewhere = (repository: RepositoryName) => repository.nameWithOwner !== node.repository.nameWithOwner;
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
    writer: knownLogin(node.lastEditedAt === null ? node.author : node.editor),
    createdAt: node.createdAt,
    labels: node.labels?.nodes.map(({ name }) => name) ?? [],
    labelled: new Map(
      labelChanges.flatMap(({ label, added, by, at }) => (added ? [[label, { by: by ?? GHOST, at }] as const] : [])),
    ),
    labelChanges,
    stateChanges,
    parent: node.parent && !isElsewhere(node.parent.repository) ? node.parent.number : undefined,
    blockedBy: node.blockedBy.nodes.map((blocker) => {
      if (!blocker) return HIDDEN_BLOCKER;
      const { number, state, repository } = blocker;
      const elsewhere = isElsewhere(repository) ? { repository: repository.nameWithOwner } : {};
      return { number, open: state === 'OPEN', ...elsewhere };
    }),
    updatedAt: node.updatedAt,
  };
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
function knownLogin(actor: ActorNode): string | undefined {
  return actor ? loginOf(actor) : undefined;
}
