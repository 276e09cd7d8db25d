import { CONFIG_PATH, LABEL } from '../../state/names.ts';
import {
  type FileView,
  type IntegrationBranch,
  instant,
  type RepositoryView,
  type Snapshot,
} from '../../state/snapshot.ts';
import { graphql } from '../graphql.ts';
import { fullName, type Locator } from '../locator.ts';
import { type Memory, remember, STALE_FOR } from '../memory.ts';
import type { Client } from '../octokit.ts';
import { configuredBase, isBehind } from './integration-branch.ts';
import { ISSUE_FIELDS, type IssueNode, toIssueView } from './issue-fields.ts';
import { pathsOf } from './paths.ts';
import { pullSelection, pullsIn, type WantedPulls } from './pulls.ts';

export interface RepositoryReading {
  readonly now: number;
  readonly repository: RepositoryView;
  readonly files: Snapshot['files'];
  readonly pulls: NonNullable<Snapshot['pulls']>;
}

interface ReadInput {
  readonly client: Client;
  readonly locator: Locator;
  readonly memory: Memory;
  /** Every issue, not only those changed since the last look. */
  readonly full: boolean;
  readonly pulls?: WantedPulls;
}

const NO_PULLS: WantedPulls = { numbers: [], branches: [] };

/** Clocks and replicas of GitHub differ: issues that changed so long before the last look are read again. */
const ISSUE_OVERLAP = 2 * 60_000;

/** Reads files, heads, labels, issues and pull requests in one query, and further pages of issues in as many as they take. */
export async function readRepository(input: ReadInput): Promise<RepositoryReading> {
  const { client, locator, memory, full, pulls = NO_PULLS } = input;
  const since = full || memory.issuesSince === undefined ? null : instant(memory.issuesSince - ISSUE_OVERLAP);
  let answer = await ask(client, { locator, since, pulls, ...memory.paths, base: memory.base?.branch });
  const named = pathsOf(fileOf(CONFIG_PATH, answer.data.repository.config));
  if (named.plan !== memory.paths.plan || named.progress !== memory.paths.progress) {
    memory.paths = { plan: named.plan, progress: named.progress };
    answer = await ask(client, { locator, since, pulls, ...memory.paths, base: memory.base?.branch });
  }
  const asked = memory.base?.branch;
  if (configuredBase(filesOf(answer.data.repository, memory), memory) !== asked)
    answer = await ask(client, { locator, since, pulls, ...memory.paths, base: memory.base?.branch });
  const { data, date } = answer;
  if (since === null) forget(memory, date);
  await keepIssues(client, { locator, memory, since, date }, data.repository);
  for (const { name, id } of [...data.repository.ours.nodes, ...data.repository.waves.nodes])
    memory.labels.set(name, id);
  memory.issuesSince = date;
  if (since === null) memory.fullLookAt = date;
  return {
    now: date,
    repository: await repositoryOf(withMade(data.repository, memory, date), input),
    files: filesOf(data.repository, memory),
    pulls: pullsIn(data.repository as unknown as Readonly<Record<string, unknown>>, pulls),
  };
}

/** With the base that was made a moment ago, where the reading is older. */
function withMade(node: RepositoryNode, { base, made }: Memory, date: number): RepositoryNode {
  const own = base?.branch === undefined ? undefined : made.get(base.branch);
  if (node.base || !own || date - own.at >= STALE_FOR) return node;
  return { ...node, base: { target: { oid: own.from } } };
}

async function repositoryOf(node: RepositoryNode, input: ReadInput): Promise<RepositoryView> {
  const { locator, memory } = input;
  const branch = node.defaultBranchRef;
  if (!branch) throw new Error(`${fullName(locator)} has no commits: push the plan to its default branch first`);
  const integrationBranch = await integrationBranchOf(node, input, {
    defaultBranch: branch.name,
    defaultHead: branch.target.oid,
  });
  const head = node.base?.target.oid ?? branch.target.oid;
  const work = memory.standsOn.get(head);
  return {
    ...{ owner: locator.owner, name: locator.repo, id: node.id, url: node.url },
    defaultBranch: branch.name,
    head,
    ...(integrationBranch ? { integrationBranch } : {}),
    ...(work === undefined ? {} : { work }),
  };
}

async function integrationBranchOf(
  node: RepositoryNode,
  { client, locator, memory }: ReadInput,
  of: { readonly defaultBranch: string; readonly defaultHead: string },
): Promise<IntegrationBranch | undefined> {
  const branch = memory.base?.branch;
  if (branch === undefined || branch === of.defaultBranch) return undefined;
  const { defaultHead } = of;
  const refused = memory.branchesRefused.get(branch);
  if (!node.base) return { branch, exists: false, defaultHead, behind: false, ...(refused ? { refused } : {}) };
  const projections = [memory.paths.plan, memory.paths.progress];
  const behind = await isBehind({ client, locator, memory, base: branch, ...of, projections });
  const conflict = memory.compared?.conflict;
  return { branch, exists: true, defaultHead, behind, ...(conflict === undefined ? {} : { conflict }) };
}

function filesOf(node: RepositoryNode, { paths }: Memory): Snapshot['files'] {
  return {
    plan: fileOf(paths.plan, node.plan),
    config: fileOf(CONFIG_PATH, node.config),
    progress: fileOf(paths.progress, node.progress),
  };
}

interface BlobNode {
  readonly text: string | null;
  readonly isTruncated: boolean;
}

interface IssuePage {
  readonly nodes: readonly IssueNode[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const KINDS = { planIssues: LABEL.plan, waveIssues: LABEL.wave, taskIssues: LABEL.task } as const;

type Kind = keyof typeof KINDS;

interface RepositoryNode extends Readonly<Record<Kind, IssuePage>> {
  readonly id: string;
  readonly url: string;
  readonly defaultBranchRef: { readonly name: string; readonly target: { readonly oid: string } } | null;
  readonly base?: { readonly target: { readonly oid: string } } | null;
  readonly config: BlobNode | null;
  readonly plan: BlobNode | null;
  readonly progress: BlobNode | null;
  readonly ours: { readonly nodes: readonly { readonly name: string; readonly id: string }[] };
  readonly waves: { readonly nodes: readonly { readonly name: string; readonly id: string }[] };
}

/** Three lists, because a filter by several labels asks for issues that carry them all. */
const issueList = (kind: Kind) => `
    ${kind}: issues(first: 100, filterBy: { since: $since, labels: ["${KINDS[kind]}"] }, orderBy: { field: CREATED_AT, direction: ASC }) {
      nodes { ...IssueFields } pageInfo { hasNextPage endCursor }
    }`;

const observeQuery = (base: string | undefined, pulls: WantedPulls) => `
query Observe($owner: String!, $repo: String!, $since: DateTime, $config: String!, $plan: String!, $progress: String!) {
  repository(owner: $owner, name: $repo) {
    id url
    defaultBranchRef { name target { oid } }${
      base === undefined
        ? ''
        : `\n    base: ref(qualifiedName: ${JSON.stringify(`refs/heads/${base}`)}) { target { oid } }`
    }
    config: object(expression: $config) { ... on Blob { text isTruncated } }
    plan: object(expression: $plan) { ... on Blob { text isTruncated } }
    progress: object(expression: $progress) { ... on Blob { text isTruncated } }
    ours: labels(first: 100, query: "agent") { nodes { id name } }
    waves: labels(first: 100, query: "wave:") { nodes { id name } }${Object.keys(KINDS)
      .map((kind) => issueList(kind as Kind))
      .join('')}${pullSelection(pulls)}
  }
}
${ISSUE_FIELDS}`;

interface Asked {
  readonly locator: Locator;
  readonly since: string | null;
  readonly plan: string;
  readonly progress: string;
  /** The base, where it is not the default branch. */
  readonly base: string | undefined;
  readonly pulls: WantedPulls;
}

async function ask(client: Client, { locator, since, plan, progress, base, pulls }: Asked) {
  const variables = {
    ...locator,
    since,
    config: `HEAD:${CONFIG_PATH}`,
    plan: `HEAD:${plan}`,
    progress: `HEAD:${progress}`,
  };
  const answer = await graphql<{ repository: RepositoryNode | null }>(client, {
    query: observeQuery(base, pulls),
    variables,
  });
  if (!answer.data.repository) {
    throw new Error(`${fullName(locator)} cannot be read: ${answer.errors.map(({ message }) => message).join('; ')}`);
  }
  return { date: answer.date, data: { repository: answer.data.repository } };
}

function fileOf(path: string, blob: BlobNode | null): FileView | undefined {
  if (!blob || blob.text === null || blob.text === undefined) return undefined;
  if (blob.isTruncated) throw new Error(`${path} is too large for one reading; split the plan into several`);
  return { path, text: blob.text };
}

/** Before a full look: issues that are not found again are gone, unless they were written a moment ago. */
function forget(memory: Memory, date: number): void {
  for (const number of memory.issues.keys()) {
    if (date - (memory.replaced.get(number)?.at ?? 0) > ISSUE_OVERLAP) memory.issues.delete(number);
  }
}

interface Keep {
  readonly locator: Locator;
  readonly memory: Memory;
  readonly since: string | null;
  readonly date: number;
}

async function keepIssues(
  client: Client,
  { locator, memory, since, date }: Keep,
  first: RepositoryNode,
): Promise<void> {
  for (const kind of Object.keys(KINDS) as Kind[]) {
    let page = first[kind];
    for (;;) {
      for (const node of page.nodes) remember(memory, toIssueView(node), date);
      if (!page.pageInfo.hasNextPage) break;
      page = await nextPage(client, { locator, since, label: KINDS[kind], after: page.pageInfo.endCursor });
    }
  }
}

const MORE_ISSUES = `
query ObserveMore($owner: String!, $repo: String!, $since: DateTime, $label: String!, $after: String) {
  repository(owner: $owner, name: $repo) {
    issues(first: 100, after: $after, filterBy: { since: $since, labels: [$label] }, orderBy: { field: CREATED_AT, direction: ASC }) {
      nodes { ...IssueFields } pageInfo { hasNextPage endCursor }
    }
  }
}
${ISSUE_FIELDS}`;

interface Page {
  readonly locator: Locator;
  readonly since: string | null;
  readonly label: string;
  readonly after: string | null;
}

async function nextPage(client: Client, { locator, since, label, after }: Page): Promise<IssuePage> {
  const variables = { ...locator, since, label, after };
  const { data } = await graphql<{ repository: { issues: IssuePage } }>(client, { query: MORE_ISSUES, variables });
  return data.repository.issues;
}
