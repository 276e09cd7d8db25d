import * as z from 'zod';
import { isPlanChangeComment } from '../../text/plan-change.ts';
import { graphql, parseAnswer } from '../graphql.ts';
import type { Locator } from '../locator.ts';
import { API_VERSION, type Client } from '../octokit.ts';
import { actorNode, loginOf } from './issue-fields.ts';

/** What is asked of GitHub before a change of the plan is judged. */

interface Source {
  readonly client: Client;
  readonly locator: Locator;
  /** Login under which the app writes. */
  readonly app: string;
}

/** A pull request that may change the plan. */
export interface ReviewedPull {
  readonly open: boolean;
  readonly base: string;
  readonly defaultBranch: string;
  readonly head: string;
  /** The comment of ours that says what it would change. */
  readonly comment: { readonly id: number; readonly body: string } | undefined;
  /** People deleted a comment of ours: they do not want another. */
  readonly unwanted: boolean;
}

const PULL = `
query PlanOfPull($owner: String!, $repo: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    defaultBranchRef { name }
    pullRequest(number: $number) {
      state baseRefName headRefOid
      comments(first: 100, after: $after) {
        nodes { databaseId body author { login __typename } } pageInfo { hasNextPage endCursor }
      }
      timelineItems(last: 50, itemTypes: [COMMENT_DELETED_EVENT]) {
        nodes { ... on CommentDeletedEvent { deletedCommentAuthor { login __typename } } }
      }
    }
  }
}`;

const pullAnswer = z.object({
  repository: z.object({
    defaultBranchRef: z.object({ name: z.string() }).nullable(),
    pullRequest: z.object({
      state: z.string(),
      baseRefName: z.string(),
      headRefOid: z.string(),
      comments: z.object({
        nodes: z.array(z.object({ databaseId: z.number(), body: z.string(), author: actorNode })),
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      }),
      timelineItems: z.object({ nodes: z.array(z.object({ deletedCommentAuthor: actorNode })) }),
    }),
  }),
});

/** A thousand comments: where ours is not among them, nobody reads it. */
const MAX_PAGES = 10;

export async function readReviewedPull({ client, locator, app }: Source, number: number): Promise<ReviewedPull> {
  let after: string | null = null;
  for (let left = MAX_PAGES; ; left--) {
    const { data } = await graphql(client, { query: PULL, variables: { ...locator, number, after } });
    const { defaultBranchRef, pullRequest: pull } = parseAnswer(pullAnswer, data).repository;
    const { nodes, pageInfo } = pull.comments;
    const own = nodes.find(({ author, body }) => loginOf(author) === app && isPlanChangeComment(body));
    if (!own && pageInfo.hasNextPage && left > 1) {
      after = pageInfo.endCursor;
      continue;
    }
    return {
      open: pull.state === 'OPEN',
      base: pull.baseRefName,
      defaultBranch: defaultBranchRef?.name ?? '',
      head: pull.headRefOid,
      comment: own && { id: own.databaseId, body: own.body },
      unwanted: pull.timelineItems.nodes.some(({ deletedCommentAuthor }) => loginOf(deletedCommentAuthor) === app),
    };
  }
}

/** The commit that a pull request started from: what its base got since is none of its doing. */
export async function readMergeBase(
  { client, locator }: Source,
  { base, head }: Pick<ReviewedPull, 'base' | 'head'>,
): Promise<string> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/compare/{basehead}', {
    ...locator,
    basehead: `${base}...${head}`,
    per_page: 1,
    headers: API_VERSION,
  });
  return data.merge_base_commit.sha;
}

const HEAD = `
query DefaultHead($owner: String!, $repo: String!) {
  repository(owner: $owner, name: $repo) { defaultBranchRef { target { oid } } }
}`;

const headAnswer = z.object({
  repository: z.object({ defaultBranchRef: z.object({ target: z.object({ oid: z.string() }) }).nullable() }),
});

/** @returns The commit at the tip of the default branch; undefined where there is none. */
export async function readDefaultHead({ client, locator }: Source): Promise<string | undefined> {
  const { data } = await graphql(client, { query: HEAD, variables: { ...locator } });
  return parseAnswer(headAnswer, data).repository.defaultBranchRef?.target.oid;
}
