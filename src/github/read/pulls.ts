import * as z from 'zod';
import type { PullView } from '../../state/pull-view.ts';
import { parseAnswer, type Variables } from '../graphql.ts';
import { actorNode, knownLogin, loginOf } from './issue-fields.ts';

/** Pull requests that a pass wants to see: by number, and those of branches whose number nobody knows yet. */
export interface WantedPulls {
  readonly numbers: readonly number[];
  readonly branches: readonly string[];
}

/** Strangers may call branches of their forks the same: ours is looked for among so many. */
const MAX_NAMESAKES = 10;

/** Comments of one review that are read: hundreds of pull requests have to fit into one query. */
const MAX_INLINE = 30;

/** Which checks are required depends on the pull request, so that each has a selection of its own. */
const fields = (required: string) => `
      id number state isCrossRepository headRefName baseRefName headRefOid mergedAt closedAt mergeStateStatus
      mergeCommit { oid }
      closings: timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) { nodes { ... on ClosedEvent { actor { login __typename } } } }
      reopenings: timelineItems(last: 1, itemTypes: [REOPENED_EVENT]) { nodes { ... on ReopenedEvent { createdAt actor { login __typename } } } }
      latestOpinionatedReviews(first: 20) {
        nodes {
          id state body authorCanPushToRepository author { login __typename }
          comments(first: ${MAX_INLINE}) { totalCount nodes { path line body author { login __typename } } }
        }
      }
      ${required}`;

const checksOf = (
  number: string,
) => `commits(last: 1) { nodes { commit { statusCheckRollup { contexts(first: 50) { nodes {
        __typename
        ... on CheckRun { name conclusion title summary url isRequired(pullRequestNumber: ${number}) }
        ... on StatusContext { context state description targetUrl isRequired(pullRequestNumber: ${number}) }
      } } } } } }`;

/** What is asked of the repository beside everything else; nothing where no pull request is wanted. */
export function pullSelection({ numbers, branches }: WantedPulls): string {
  return [
    ...numbers.map(
      (_, nth) => `pull${nth}: pullRequest(number: $pull${nth}) {${fields(checksOf(`$pull${nth}`))}\n    }`,
    ),
    ...branches.map(
      (_, nth) =>
        `branch${nth}: pullRequests(first: ${MAX_NAMESAKES}, headRefName: $branch${nth}, orderBy: { field: CREATED_AT, direction: DESC }) { nodes {${fields('')}\n    } }`,
    ),
  ]
    .map((selection) => `\n    ${selection}`)
    .join('');
}

/** Its variables, with their types. */
export function pullVariables({ numbers, branches }: WantedPulls): Variables {
  return Object.fromEntries([
    ...numbers.map((number, nth) => [`pull${nth}`, ['Int!', number]]),
    ...branches.map((branch, nth) => [`branch${nth}`, ['String!', branch]]),
  ]);
}

const inlineComment = z.object({
  path: z.string(),
  /** Null for a comment on a file, and once the line is no more. */
  line: z.number().nullable(),
  body: z.string(),
  author: actorNode,
});

const reviewNode = z.object({
  id: z.string(),
  state: z.string(),
  body: z.string(),
  authorCanPushToRepository: z.boolean(),
  author: actorNode,
  comments: z.object({ totalCount: z.number(), nodes: z.array(inlineComment.nullable()).nullable() }),
});

const checkNode = z.object({
  __typename: z.string(),
  isRequired: z.boolean(),
  name: z.string().optional(),
  conclusion: z.string().nullish(),
  title: z.string().nullish(),
  summary: z.string().nullish(),
  url: z.string().optional(),
  context: z.string().optional(),
  state: z.string().optional(),
  description: z.string().nullish(),
  targetUrl: z.string().nullish(),
});

const lastCommit = z.object({
  commit: z.object({
    statusCheckRollup: z.object({ contexts: z.object({ nodes: z.array(checkNode) }) }).nullable(),
  }),
});

const closingNode = z.object({ actor: actorNode });
const reopeningNode = closingNode.extend({ createdAt: z.string() });

const pullNode = z.object({
  id: z.string(),
  number: z.number(),
  state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
  isCrossRepository: z.boolean(),
  headRefName: z.string(),
  baseRefName: z.string(),
  headRefOid: z.string(),
  mergedAt: z.string().nullable(),
  closedAt: z.string().nullable(),
  mergeStateStatus: z.string(),
  mergeCommit: z.object({ oid: z.string() }).nullable(),
  closings: z.object({ nodes: z.array(closingNode) }),
  reopenings: z.object({ nodes: z.array(reopeningNode) }),
  latestOpinionatedReviews: z.object({ nodes: z.array(reviewNode.nullable()).nullable() }).nullable(),
  commits: z.object({ nodes: z.array(lastCommit) }).optional(),
});

/** Pull requests of branches of one name, newest first. */
const namesakes = z.object({ nodes: z.array(pullNode.nullable()) }).nullish();

type PullNode = z.infer<typeof pullNode>;
type ReviewNode = z.infer<typeof reviewNode>;
type InlineComment = z.infer<typeof inlineComment>;
type CheckNode = z.infer<typeof checkNode>;

/** @returns Those of the wanted ones that the answer shows. */
export function pullsIn(
  answer: Readonly<Record<string, unknown>>,
  { numbers, branches }: WantedPulls,
): ReadonlyMap<number, PullView> {
  const nodes = [
    ...numbers.map((_, nth) => parseAnswer(pullNode.nullish(), answer[`pull${nth}`])),
    ...branches.map((_, nth) =>
      parseAnswer(namesakes, answer[`branch${nth}`])?.nodes.find((node) => node?.isCrossRepository === false),
    ),
  ];
  return new Map(nodes.flatMap((node) => (node ? [[node.number, toPullView(node)] as const] : [])));
}

function toPullView(node: PullNode): PullView {
  const [reopened] = node.reopenings.nodes;
  const contexts = node.commits?.nodes[0]?.commit.statusCheckRollup?.contexts.nodes ?? [];
  return {
    id: node.id,
    number: node.number,
    branch: node.headRefName,
    isFromFork: node.isCrossRepository,
    base: node.baseRefName,
    state: node.state === 'MERGED' ? 'merged' : node.state === 'OPEN' ? 'open' : 'closed',
    head: node.headRefOid,
    mergeCommit: node.mergeCommit?.oid,
    mergedAt: node.mergedAt ?? undefined,
    closedAt: node.closedAt ?? undefined,
    closedBy: knownLogin(node.closings.nodes[0]?.actor),
    ...(reopened ? { reopened: { by: loginOf(reopened.actor), at: reopened.createdAt } } : {}),
    mergeState: node.mergeStateStatus,
    reviews: (node.latestOpinionatedReviews?.nodes ?? []).flatMap((review) =>
      review
        ? [
            {
              id: review.id,
              author: loginOf(review.author),
              writes: review.authorCanPushToRepository,
              changesRequested: review.state === 'CHANGES_REQUESTED',
              body: textOf(review),
            },
          ]
        : [],
    ),
    failedChecks: contexts.filter(hasFailed).map((check) => ({
      name: check.name ?? check.context ?? 'a check',
      summary: [check.title, check.summary, check.description].filter(Boolean).join('\n').slice(0, 2_000),
      url: check.url ?? check.targetUrl ?? '',
    })),
  };
}

/** What the reviewer wrote as a whole, then what they wrote beside lines: `src/core.ts:12: Use a map.` */
function textOf({ body, author, comments }: ReviewNode): string {
  const nodes = comments.nodes ?? [];
  const inline = nodes.flatMap((comment) =>
    // Whether a reviewer may write to the repository says nothing about anybody else.
    comment && loginOf(comment.author) === loginOf(author) ? [lineOf(comment)] : [],
  );
  const left = comments.totalCount - nodes.length;
  const more = left > 0 ? [`and ${left} more, on the pull request`] : [];
  return [body, ...inline, ...more].filter((text) => text.trim() !== '').join('\n');
}

function lineOf({ path, line, body }: InlineComment): string {
  return `${path}${line === null ? '' : `:${line}`}: ${body.trim()}`;
}

const FAILED = ['FAILURE', 'TIMED_OUT', 'ACTION_REQUIRED', 'STARTUP_FAILURE', 'ERROR'];

function hasFailed({ isRequired, conclusion, state }: CheckNode): boolean {
  return isRequired && FAILED.includes(conclusion ?? state ?? '');
}
