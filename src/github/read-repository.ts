import { CONFIG_PATH, LABEL } from '../state/names.ts';
import { type FileView, instant, type RepositoryView, type Snapshot } from '../state/snapshot.ts';
import { graphql } from './graphql.ts';
import { ISSUE_FIELDS, type IssueNode, toIssueView } from './issue-fields.ts';
import { fullName, type Locator } from './locator.ts';
import { type Memory, remember } from './memory.ts';
import type { Client } from './octokit.ts';
import { pathsOf } from './paths.ts';

export interface RepositoryReading {
  readonly now: number;
  readonly repository: RepositoryView;
  readonly files: Snapshot['files'];
}

interface ReadInput {
  readonly client: Client;
  readonly locator: Locator;
  readonly memory: Memory;
  /** Every issue, not only those changed since the last look. */
  readonly full: boolean;
}

/** Clocks and replicas of GitHub differ: issues that changed so long before the last look are read again. */
const ISSUE_OVERLAP = 2 * 60_000;

/** Reads files, heads, labels and issues in one query, and further pages of issues in as many as they take. */
export async function readRepository({ client, locator, memory, full }: ReadInput): Promise<RepositoryReading> {
  const since = full || memory.issuesSince === undefined ? null : instant(memory.issuesSince - ISSUE_OVERLAP);
  let paths = memory.paths;
  let answer = await ask(client, { locator, since, ...paths });
  const named = pathsOf(fileOf(CONFIG_PATH, answer.data.repository.config));
  if (named.plan !== paths.plan || named.progress !== paths.progress) {
    paths = memory.paths = { plan: named.plan, progress: named.progress };
    answer = await ask(client, { locator, since, ...paths });
  }
  const { data, date } = answer;
  if (since === null) forget(memory, date);
  await keepIssues(client, { locator, memory, since, date }, data.repository);
  for (const { name, id } of [...data.repository.ours.nodes, ...data.repository.waves.nodes])
    memory.labels.set(name, id);
  memory.issuesSince = date;
  if (since === null) memory.fullLookAt = date;
  const branch = data.repository.defaultBranchRef;
  if (!branch) throw new Error(`${fullName(locator)} has no commits: push the plan to its default branch first`);
  return {
    now: date,
    repository: {
      ...{ owner: locator.owner, name: locator.repo, id: data.repository.id, url: data.repository.url },
      defaultBranch: branch.name,
      head: branch.target.oid,
    },
    files: {
      plan: fileOf(paths.plan, data.repository.plan),
      config: fileOf(CONFIG_PATH, data.repository.config),
      progress: fileOf(paths.progress, data.repository.progress),
    },
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

const OBSERVE = `
query Observe($owner: String!, $repo: String!, $since: DateTime, $config: String!, $plan: String!, $progress: String!) {
  repository(owner: $owner, name: $repo) {
    id url
    defaultBranchRef { name target { oid } }
    config: object(expression: $config) { ... on Blob { text isTruncated } }
    plan: object(expression: $plan) { ... on Blob { text isTruncated } }
    progress: object(expression: $progress) { ... on Blob { text isTruncated } }
    ours: labels(first: 100, query: "agent") { nodes { id name } }
    waves: labels(first: 100, query: "wave:") { nodes { id name } }${Object.keys(KINDS)
      .map((kind) => issueList(kind as Kind))
      .join('')}
  }
}
${ISSUE_FIELDS}`;

interface Asked {
  readonly locator: Locator;
  readonly since: string | null;
  readonly plan: string;
  readonly progress: string;
}

async function ask(client: Client, { locator, since, plan, progress }: Asked) {
  const variables = {
    ...locator,
    since,
    config: `HEAD:${CONFIG_PATH}`,
    plan: `HEAD:${plan}`,
    progress: `HEAD:${progress}`,
  };
  const answer = await graphql<{ repository: RepositoryNode | null }>(client, { query: OBSERVE, variables });
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
