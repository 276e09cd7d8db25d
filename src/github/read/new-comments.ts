import * as z from 'zod';
import { type CommentView, instant, millis } from '../../state/snapshot.ts';
import { parseAnswer, type Variables } from '../graphql.ts';
import type { KnownComments } from '../issue-cache.ts';
import { actorNode, loginOf } from './issue-fields.ts';
import { ISSUE_OVERLAP_MS } from './merge-issues.ts';

/**
 * What was said since the last reading, in the query that is made anyway. A comment changes the `updatedAt` of its issue,
 * so that the issues that changed last have all new ones, whichever labels they bear.
 */

/** What is more between two readings is listed: see `readComments`. */
const MAX_ISSUES = 100;
const MAX_COMMENTS = 30;

/** What is asked beside everything else; nothing where the comments before are not known. */
export function commentSelection(known: KnownComments | undefined): string {
  if (!known) return '';
  return `
    commented: issues(first: ${MAX_ISSUES}, filterBy: { since: $commented }, orderBy: { field: UPDATED_AT, direction: DESC }) {
      nodes { number comments(last: ${MAX_COMMENTS}) {
        nodes { id fullDatabaseId body createdAt lastEditedAt author { login __typename } } pageInfo { hasPreviousPage }
      } }
      pageInfo { hasNextPage }
    }`;
}

/** Its variables, with their types: a document that does not name what it asks for is the same in every pass. */
export function commentVariables(known: KnownComments | undefined): Variables {
  return known ? { commented: ['DateTime!', instant(known.readAt - ISSUE_OVERLAP_MS)] } : {};
}

const commentNode = z.object({
  id: z.string(),
  /** Too large for GraphQL's numbers: GitHub sends it as text. */
  fullDatabaseId: z.union([z.string(), z.number()]),
  body: z.string(),
  createdAt: z.string(),
  lastEditedAt: z.string().nullable(),
  author: actorNode,
});

const commentedIssues = z.object({
  nodes: z.array(
    z.object({
      number: z.number(),
      comments: z.object({ nodes: z.array(commentNode), pageInfo: z.object({ hasPreviousPage: z.boolean() }) }),
    }),
  ),
  pageInfo: z.object({ hasNextPage: z.boolean() }),
});

/** @returns What is known with the answer; undefined where it does not show everything that is new. */
export function withNewComments(
  { since, comments }: KnownComments,
  { answer, date }: { readonly answer: Readonly<Record<string, unknown>>; readonly date: number },
): KnownComments | undefined {
  const { nodes, pageInfo } = parseAnswer(commentedIssues, answer.commented);
  if (pageInfo.hasNextPage) return undefined;
  const isRecent = ({ createdAt }: { readonly createdAt: string }) => millis(createdAt) >= since;
  if (nodes.some(({ comments: { nodes: shown, pageInfo: page } }) => page.hasPreviousPage && shown.every(isRecent)))
    return undefined;
  // Of an issue that the answer shows it shows all: what is missing there was deleted.
  const shown = new Set(nodes.map(({ number }) => number));
  const rest = comments.filter(({ issue }) => !shown.has(issue));
  const read = nodes.flatMap(({ number, comments: { nodes } }) =>
    nodes.filter(isRecent).map((node) => toCommentView(node, number)),
  );
  return { since, readAt: date, comments: [...rest, ...read].sort((a, b) => a.id - b.id) };
}

function toCommentView(node: z.infer<typeof commentNode>, issue: number): CommentView {
  return {
    id: Number(node.fullDatabaseId),
    nodeId: node.id,
    issue,
    author: loginOf(node.author),
    body: node.body,
    createdAt: node.createdAt,
    edited: node.lastEditedAt !== null,
  };
}
