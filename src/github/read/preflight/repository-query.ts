import * as z from 'zod';
import { TASK_WORKFLOW_PATH } from '../../../state/names.ts';
import type { WorkflowText } from '../../../state/preflight/facts.ts';
import { RepositoryNotFound } from '../../errors.ts';
import { graphql, parseAnswer } from '../../graphql.ts';
import { fullName, type Locator } from '../../locator.ts';
import type { Client } from '../../octokit.ts';

/** What of a repository's settings GraphQL tells, which any token is told that sees the repository. */

export const RULE_FIELDS = `refUpdateRule {
  requiredApprovingReviewCount requiredStatusCheckContexts requiresCodeOwnerReviews requiresSignatures viewerCanPush
}`;

const query = (base: string | undefined) => `
query Settings($owner: String!, $repo: String!) {
  viewer { login }
  repository(owner: $owner, name: $repo) {
    url isPrivate isArchived hasIssuesEnabled viewerPermission squashMergeAllowed
    owner { login }
    defaultBranchRef { name ${RULE_FIELDS} }${
      base === undefined
        ? ''
        : `\n    base: ref(qualifiedName: ${JSON.stringify(`refs/heads/${base}`)}) { name ${RULE_FIELDS} }`
    }
    mergeQueue${base === undefined ? '' : `(branch: ${JSON.stringify(base)})`} { id }
    workflows: object(expression: "HEAD:.github/workflows") {
      ... on Tree { entries { name object { ... on Blob { text } } } }
    }
    labels(first: 100, query: "agent") { nodes { name } }
  }
}`;

const classicRule = z.object({
  requiredApprovingReviewCount: z.number().nullable(),
  requiredStatusCheckContexts: z.array(z.string().nullable()).nullable(),
  requiresCodeOwnerReviews: z.boolean(),
  requiresSignatures: z.boolean(),
  viewerCanPush: z.boolean(),
});

export const ruledBranch = z.object({ name: z.string(), refUpdateRule: classicRule.nullable() });
/** An object of another kind has no entries, and an entry that is no file has no text. */
const entries = z.array(z.object({ name: z.string(), object: z.object({ text: z.string().nullish() }).nullish() }));

const answer = z.object({
  viewer: z.object({ login: z.string() }),
  repository: z
    .object({
      url: z.string(),
      isPrivate: z.boolean(),
      isArchived: z.boolean(),
      hasIssuesEnabled: z.boolean(),
      viewerPermission: z.string().nullable(),
      squashMergeAllowed: z.boolean(),
      owner: z.object({ login: z.string() }),
      defaultBranchRef: ruledBranch.nullable(),
      base: ruledBranch.nullish(),
      mergeQueue: z.object({ id: z.string() }).nullable(),
      workflows: z.object({ entries: entries.nullish() }).nullable(),
      labels: z.object({ nodes: z.array(z.object({ name: z.string() })) }),
    })
    .nullable(),
});

export type ClassicRule = z.infer<typeof classicRule>;
type RepositoryNode = NonNullable<z.infer<typeof answer>['repository']>;

interface Settings {
  readonly viewer: string;
  readonly node: RepositoryNode;
  /** False where the token may not read files. */
  readonly readsFiles: boolean;
}

interface Question {
  readonly client: Client;
  readonly locator: Locator;
  /** The base, where it is not the default branch. */
  readonly base: string | undefined;
}

export async function querySettings({ client, locator, base }: Question): Promise<Settings> {
  const { data, errors } = await graphql(client, { query: query(base), variables: { ...locator } });
  const { viewer, repository } = parseAnswer(answer, data);
  if (!repository)
    throw new RepositoryNotFound(
      `${fullName(locator)} cannot be read: ${errors.map((each) => each.message).join('; ')}`,
    );
  const readsFiles = !errors.some(({ path }) => path?.at(-1) === 'workflows');
  return { viewer: viewer.login, node: repository, readsFiles };
}

export function workflowTexts({ workflows }: Pick<RepositoryNode, 'workflows'>): readonly WorkflowText[] {
  return (workflows?.entries ?? []).flatMap(({ name, object }) =>
    typeof object?.text === 'string' ? [{ name, text: object.text }] : [],
  );
}

const ELSEWHERE = `
query Elsewhere($owner: String!, $repo: String!) {
  repository(owner: $owner, name: $repo) {
    refs(refPrefix: "refs/heads/", first: 50, orderBy: { field: TAG_COMMIT_DATE, direction: DESC }) {
      nodes { name target { ... on Commit { file(path: "${TASK_WORKFLOW_PATH}") { path } } } }
    }
  }
}`;

const elsewhere = z.object({
  repository: z.object({
    refs: z.object({
      nodes: z.array(
        z.object({ name: z.string(), target: z.object({ file: z.object({ path: z.string() }).nullish() }).nullable() }),
      ),
    }),
  }),
});

/** Branches that hold the task workflow, of the 50 that were committed to last. */
export async function branchesWithWorkflow({ client, locator }: Omit<Question, 'base'>): Promise<readonly string[]> {
  const { data } = await graphql(client, { query: ELSEWHERE, variables: { ...locator } });
  const { nodes } = parseAnswer(elsewhere, data).repository.refs;
  return nodes.flatMap(({ name, target }) => (target?.file ? [name] : []));
}
