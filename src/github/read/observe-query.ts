import * as z from 'zod';
import { pictureFolder } from '../../plan/projected-paths.ts';
import { CONFIG_PATHS } from '../../state/names.ts';
import { RepositoryNotFound } from '../errors.ts';
import { declared, graphql, parseAnswer, type Variables, valuesOf } from '../graphql.ts';
import type { KnownComments } from '../issue-cache.ts';
import { fullName, type Locator } from '../locator.ts';
import type { Client } from '../octokit.ts';
import { commitPage, NEWEST_COMMITS } from './base-history.ts';
import { editSelection, editsIn, editVariables } from './comment-edits.ts';
import { fileBlob, fileFields, type LargeFiles } from './files.ts';
import { ISSUE_FIELDS } from './issue-fields.ts';
import { issueLists, issueSelection, type Look, sinceOf } from './issue-lists.ts';
import { commentSelection, commentVariables } from './new-comments.ts';
import { PROPOSALS, proposalNodes } from './proposals.ts';
import { pullSelection, pullVariables, type WantedPulls } from './pulls.ts';

/** The query that a pass reads by, and what its answer is: files, heads, labels, issues and pull requests. */

const observeQuery = (
  { base, pulls, comments, known, look, large, ...paths }: Omit<ObserveQuestion, 'client' | 'locator'>,
  further: Variables,
) => `
query Observe($owner: String!, $repo: String!, $since: DateTime, $config: String!, $otherConfig: String!, $plan: String!, $progress: String!, $pictures: String!${also(declared(further))}) {
  repository(owner: $owner, name: $repo) {
    id url
    defaultBranchRef { name target { oid${base === undefined ? ' ...NewestCommits' : ''} } }${
      base === undefined
        ? ''
        : `\n    base: ref(qualifiedName: ${JSON.stringify(`refs/heads/${base}`)}) { target { oid ...NewestCommits } }`
    }
    config: object(expression: $config) { ${fileFields(large.has(CONFIG_PATHS[0]))} }
    otherConfig: object(expression: $otherConfig) { ${fileFields(large.has(CONFIG_PATHS[1]))} }
    plan: object(expression: $plan) { ${fileFields(large.has(paths.plan))} }
    progress: object(expression: $progress) { ${fileFields(large.has(paths.progress))} }
    pictures: object(expression: $pictures) { ... on Tree { entries { name } } }
    ours: labels(first: 100, query: "agent") { nodes { id name } }
    waves: labels(first: 100, query: "wave:") { nodes { id name } pageInfo { hasNextPage endCursor } }${issueSelection(look)}${pullSelection(pulls)}${look.kind === 'changes' ? '' : PROPOSALS}${commentSelection(known)}
  }${editSelection(comments)}
}
${NEWEST_COMMITS}
${ISSUE_FIELDS}`;

function also(declarations: string): string {
  return declarations === '' ? '' : `, ${declarations}`;
}

/** The newest commits are asked of the base alone. */
const tip = z.object({ target: z.object({ oid: z.string(), history: commitPage.optional() }) });
const labels = z.object({ nodes: z.array(z.object({ id: z.string(), name: z.string() })) });
const labelPage = labels.extend({
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
});
/** The folder of the pictures, where it is one. */
const pictureTree = z.object({ entries: z.array(z.object({ name: z.string() })).nullish() }).nullish();
/** Pull requests and new comments stand under names of their own beside these. */
const repositoryNode = z.looseObject({
  id: z.string(),
  url: z.string(),
  defaultBranchRef: tip.extend({ name: z.string() }).nullable(),
  base: tip.nullish(),
  config: fileBlob,
  otherConfig: fileBlob,
  plan: fileBlob,
  progress: fileBlob,
  pictures: pictureTree,
  ours: labels,
  waves: labelPage,
  ...issueLists,
  /** Where every issue is asked for. */
  proposals: proposalNodes,
});

const observed = z.object({ repository: repositoryNode.nullable() });

export type RepositoryNode = z.infer<typeof repositoryNode>;

export interface ObserveQuestion {
  readonly client: Client;
  readonly locator: Locator;
  readonly look: Look;
  readonly plan: string;
  readonly progress: string;
  /** Of these files the text is not asked for. */
  readonly large: LargeFiles;
  /** The base, where it is not the default branch. */
  readonly base: string | undefined;
  readonly pulls: WantedPulls;
  /** Node ids of comments that were read before. */
  readonly comments: readonly string[];
  /** Where the new ones are to be found in the answer: all that are not new. */
  readonly known: KnownComments | undefined;
}

export interface Observation {
  readonly node: RepositoryNode;
  /** Of the comments that are still there, whether they were edited. */
  readonly edits: ReadonlyMap<string, boolean>;
  /** GitHub's clock, epoch milliseconds. */
  readonly date: number;
}

/** @returns What GitHub says of the repository. */
export async function observe(question: ObserveQuestion): Promise<Observation> {
  const { client, locator, look, plan, progress, comments, known, pulls } = question;
  const further = { ...pullVariables(pulls), ...commentVariables(known), ...editVariables(comments) };
  const { data, errors, date } = await graphql(client, {
    query: observeQuery(question, further),
    variables: {
      ...locator,
      ...valuesOf(further),
      since: sinceOf(look),
      config: `HEAD:${CONFIG_PATHS[0]}`,
      otherConfig: `HEAD:${CONFIG_PATHS[1]}`,
      plan: `HEAD:${plan}`,
      progress: `HEAD:${progress}`,
      pictures: `HEAD:${pictureFolder(progress)}`,
    },
  });
  const { repository } = parseAnswer(observed, data);
  if (!repository) {
    const message = `${fullName(locator)} cannot be read: ${errors.map((error) => error.message).join('; ')}`;
    throw errors.some(({ type }) => type === 'NOT_FOUND') ? new RepositoryNotFound(message) : new Error(message);
  }
  return { node: repository, edits: editsIn(data, comments), date };
}

const MORE_LABELS = `
query ObserveLabels($owner: String!, $repo: String!, $after: String) {
  repository(owner: $owner, name: $repo) {
    labels(first: 100, after: $after, query: "wave:") { nodes { id name } pageInfo { hasNextPage endCursor } }
  }
}`;

const moreLabels = z.object({ repository: z.object({ labels: labelPage }) });

/** The labels of waves of an answer, and those of its further pages: a plan may have more than a hundred waves. */
export async function labelsOfWaves(
  { waves }: RepositoryNode,
  { client, locator }: Pick<ObserveQuestion, 'client' | 'locator'>,
): Promise<z.infer<typeof labels>['nodes']> {
  const nodes = [...waves.nodes];
  for (let { pageInfo } = waves; pageInfo.hasNextPage; ) {
    const { data } = await graphql(client, {
      query: MORE_LABELS,
      variables: { ...locator, after: pageInfo.endCursor },
    });
    const page = parseAnswer(moreLabels, data).repository.labels;
    nodes.push(...page.nodes);
    ({ pageInfo } = page);
  }
  return nodes;
}
