import type { PullView } from '../../state/snapshot.ts';
import { loginOf } from './issue-fields.ts';

/** Pull requests that a pass wants to see: by number, and those of branches whose number nobody knows yet. */
export interface WantedPulls {
  readonly numbers: readonly number[];
  readonly branches: readonly string[];
}

/** Comments of one review that are read: hundreds of pull requests have to fit into one query. */
const INLINE = 30;

/** Which checks are required depends on the pull request, so that each has a selection of its own. */
const fields = (required: string) => `
      number state headRefName baseRefName headRefOid mergedAt closedAt mergeStateStatus
      mergeCommit { oid }
      latestOpinionatedReviews(first: 20) {
        nodes {
          id state body authorCanPushToRepository author { login __typename }
          comments(first: ${INLINE}) { totalCount nodes { path line body author { login __typename } } }
        }
      }
      ${required}`;

const checksOf = (
  number: number,
) => `commits(last: 1) { nodes { commit { statusCheckRollup { contexts(first: 50) { nodes {
        __typename
        ... on CheckRun { name conclusion title summary url isRequired(pullRequestNumber: ${number}) }
        ... on StatusContext { context state description targetUrl isRequired(pullRequestNumber: ${number}) }
      } } } } } }`;

/** What is asked of the repository beside everything else; nothing where no pull request is wanted. */
export function pullSelection({ numbers, branches }: WantedPulls): string {
  return [
    ...numbers.map((number) => `pull${number}: pullRequest(number: ${number}) {${fields(checksOf(number))}\n    }`),
    ...branches.map(
      (branch, nth) =>
        `branch${nth}: pullRequests(first: 1, headRefName: ${JSON.stringify(branch)}, orderBy: { field: CREATED_AT, direction: DESC }) { nodes {${fields('')}\n    } }`,
    ),
  ]
    .map((selection) => `\n    ${selection}`)
    .join('');
}

interface PullNode {
  readonly number: number;
  readonly state: 'OPEN' | 'CLOSED' | 'MERGED';
  readonly headRefName: string;
  readonly baseRefName: string;
  readonly headRefOid: string;
  readonly mergedAt: string | null;
  readonly closedAt: string | null;
  readonly mergeStateStatus: string;
  readonly mergeCommit: { readonly oid: string } | null;
  readonly latestOpinionatedReviews: { readonly nodes: readonly (ReviewNode | null)[] | null } | null;
  readonly commits?: {
    readonly nodes: readonly {
      readonly commit: {
        readonly statusCheckRollup: { readonly contexts: { readonly nodes: readonly CheckNode[] } } | null;
      };
    }[];
  };
}

interface ReviewNode {
  readonly id: string;
  readonly state: string;
  readonly body: string;
  readonly authorCanPushToRepository: boolean;
  readonly author: Author;
  readonly comments: { readonly totalCount: number; readonly nodes: readonly (InlineComment | null)[] | null };
}

type Author = { readonly login: string; readonly __typename: string } | null;

interface InlineComment {
  readonly path: string;
  /** Null for a comment on a file, and once the line is no more. */
  readonly line: number | null;
  readonly body: string;
  readonly author: Author;
}

interface CheckNode {
  readonly __typename: string;
  readonly isRequired: boolean;
  readonly name?: string;
  readonly conclusion?: string | null;
  readonly title?: string | null;
  readonly summary?: string | null;
  readonly url?: string;
  readonly context?: string;
  readonly state?: string;
  readonly description?: string | null;
  readonly targetUrl?: string | null;
}

/** @returns Those of the wanted ones that the answer shows. */
export function pullsIn(
  answer: Readonly<Record<string, unknown>>,
  { numbers, branches }: WantedPulls,
): ReadonlyMap<number, PullView> {
  const nodes = [
    ...numbers.map((number) => answer[`pull${number}`]),
    ...branches.map((_, nth) => (answer[`branch${nth}`] as { nodes?: readonly unknown[] } | null)?.nodes?.[0]),
  ] as (PullNode | null | undefined)[];
  return new Map(nodes.flatMap((node) => (node ? [[node.number, toPullView(node)] as const] : [])));
}

function toPullView(node: PullNode): PullView {
  const contexts = node.commits?.nodes[0]?.commit.statusCheckRollup?.contexts.nodes ?? [];
  return {
    number: node.number,
    branch: node.headRefName,
    base: node.baseRefName,
    state: node.state === 'MERGED' ? 'merged' : node.state === 'OPEN' ? 'open' : 'closed',
    head: node.headRefOid,
    mergeCommit: node.mergeCommit?.oid,
    mergedAt: node.mergedAt ?? undefined,
    closedAt: node.closedAt ?? undefined,
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
