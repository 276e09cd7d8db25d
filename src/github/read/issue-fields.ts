import { z } from 'zod';
import { closedAs, type IssueView } from '../../state/snapshot.ts';

/** What every query and mutation of ours asks of an issue, and how the answer becomes an `IssueView`. */
export const ISSUE_FIELDS = `
fragment IssueFields on Issue {
  id number title body state stateReason createdAt updatedAt closedAt
  author { login __typename }
  editor { login __typename }
  parent { number }
  labels(first: 50) { nodes { name } }
  blockedBy(first: 50) { nodes { number state } }
  timelineItems(last: 40, itemTypes: [LABELED_EVENT, REOPENED_EVENT]) {
    nodes {
      __typename
      ... on LabeledEvent { createdAt actor { login __typename } label { name } }
      ... on ReopenedEvent { createdAt }
    }
  }
}`;

export const actorNode = z.object({ login: z.string(), __typename: z.string() }).nullish();

type ActorNode = z.infer<typeof actorNode>;

const eventNode = z.object({
  __typename: z.string(),
  createdAt: z.string(),
  actor: actorNode,
  label: z.object({ name: z.string() }).optional(),
});

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
  author: actorNode,
  editor: actorNode,
  parent: z.object({ number: z.number() }).nullable(),
  labels: z.object({ nodes: z.array(z.object({ name: z.string() })) }).nullable(),
  blockedBy: z.object({ nodes: z.array(z.object({ number: z.number(), state: z.string() })) }),
  timelineItems: z.object({ nodes: z.array(eventNode) }),
});

type IssueNode = z.infer<typeof issueNode>;

/** GraphQL names an app `agent-waves`, REST `agent-waves[bot]`: we use REST's. A deleted account is `ghost`. */
export function loginOf(actor: ActorNode): string {
  if (!actor) return 'ghost';
  return actor.__typename === 'Bot' && !actor.login.endsWith('[bot]') ? `${actor.login}[bot]` : actor.login;
}

export function toIssueView(node: IssueNode): IssueView {
  const events = node.timelineItems.nodes;
  const author = loginOf(node.author);
  const open = node.state === 'OPEN';
  return {
    id: node.id,
    number: node.number,
    title: node.title,
    body: node.body,
    open,
    closedAs: closedAs({ open, reason: node.stateReason }),
    closedAt: open ? undefined : (node.closedAt ?? undefined),
    reopenedAt: events.findLast(({ __typename }) => __typename === 'ReopenedEvent')?.createdAt,
    author,
    writer: node.editor ? loginOf(node.editor) : author,
    createdAt: node.createdAt,
    labels: node.labels?.nodes.map(({ name }) => name) ?? [],
    labelled: new Map(
      events.flatMap(({ label, actor, createdAt }) =>
        label ? [[label.name, { by: loginOf(actor), at: createdAt }] as const] : [],
      ),
    ),
    parent: node.parent?.number,
    blockedBy: node.blockedBy.nodes.map(({ number, state }) => ({ number, open: state === 'OPEN' })),
    updatedAt: node.updatedAt,
  };
}
