import type { ProjectLocation } from '../../plan/load-project.ts';
import { type Derivations, groupRecordOf } from '../../state/derivations.ts';
import { LABEL } from '../../state/names.ts';
import { type BaseHistory, type IssueView, instant, type RepositoryView, type Snapshot } from '../../state/snapshot.ts';
import { STALE_READS_MS } from '../../state/stale-reads.ts';
import { asItCounts } from '../../state/standing.ts';
import { findPlanIssue } from '../../state/tracked-issues.ts';
import { isTrustedBody } from '../../state/trust.ts';
import type { IssueCache, KnownComments } from '../issue-cache.ts';
import { type Ledger, workAt } from '../ledger.ts';
import { fullName, type Locator } from '../locator.ts';
import type { Client } from '../octokit.ts';
import { type BaseReading, readBaseHistory } from './base-history.ts';
import { readIntegrationBranch } from './integration-branch.ts';
import { toIssueView } from './issue-fields.ts';
import { labelsSeen } from './labels-seen.ts';
import { ISSUE_OVERLAP_MS, mergeIssues } from './merge-issues.ts';
import { readNamedIssues, unlistedNumbers } from './named-issues.ts';
import { withNewComments } from './new-comments.ts';
import { LISTS, labelsOfWaves, nextIssues, type RepositoryNode } from './observe-query.ts';
import { knownWriters } from './permissions.ts';
import { readProject } from './project.ts';
import { proposalsIn } from './proposals.ts';
import { pullsIn, type WantedPulls } from './pulls.ts';
import { hasBegun, hasBrokenRecord, landedWork } from './wanted.ts';

export interface RepositoryReading extends Pick<Snapshot, 'filesUntil'> {
  /** GitHub's clock, epoch milliseconds. */
  readonly now: number;
  readonly repository: RepositoryView;
  readonly files: Snapshot['files'];
  readonly pulls: NonNullable<Snapshot['pulls']>;
  /** Of the comments that were asked about and are still there, whether they were edited. */
  readonly edits: ReadonlyMap<string, boolean>;
  /** Those that were known with the new ones; undefined where none were, or where not everything new was shown. */
  readonly comments: KnownComments | undefined;
  readonly base: BaseHistory | undefined;
  readonly cache: IssueCache;
}

interface ReadInput {
  readonly client: Client;
  /** Login under which `client` writes. */
  readonly app: string;
  readonly locator: Locator;
  readonly cache: IssueCache;
  readonly ledger: Ledger;
  readonly derivations: Derivations;
  /** Every issue, not only those that changed since the last reading. */
  readonly every: boolean;
  readonly pulls?: WantedPulls;
  /** Node ids of comments that were read before. */
  readonly comments?: readonly string[];
  /** Comments beside which new ones are asked for. */
  readonly known?: KnownComments | undefined;
}

const NO_PULLS: WantedPulls = { numbers: [], branches: [] };

/** Reads files, heads, labels, issues and pull requests in one query, and further pages of issues in as many as they take. */
export async function readRepository(input: ReadInput): Promise<RepositoryReading> {
  const { cache, ledger, pulls = NO_PULLS, comments = [], known } = input;
  const every = input.every || cache.issuesSince === undefined;
  const since = every ? null : instant((cache.issuesSince ?? 0) - ISSUE_OVERLAP_MS);
  const { client, locator } = input;
  const asked = { client, locator, cache, since, pulls, comments, known };
  const { node, edits, date, project, large, seen, filesUntil } = await readProject(asked);
  const waves = every ? await labelsOfWaves(node, input) : node.waves.nodes;
  const listed = await readIssues(node, { ...input, since });
  const { issues, gone } = every ? await withNamed(listed, input) : { issues: listed, gone: cache.gone };
  const { repository, comparison } = await repositoryOf(node, { ...input, date, location: project.location });
  const merged = mergeIssues({ known: cache.issues, replaced: ledger.replaced, issues, every, date });
  const base = await readBase(node, { ...input, issues: merged, pulls });
  return {
    now: date,
    repository,
    files: seen.files,
    ...(filesUntil === undefined ? {} : { filesUntil }),
    pulls: pullsIn(node, pulls),
    edits,
    comments: known && withNewComments(known, { answer: node, date }),
    base: base?.history,
    cache: {
      ...cache,
      issues: merged,
      gone,
      base,
      issuesSince: date,
      everyIssueReadAt: every ? date : cache.everyIssueReadAt,
      labels: labelsSeen({ ours: node.ours.nodes, waves }, { every, cache, ledger }),
      proposals: proposalsIn(node, { app: input.app, plan: project.location.plan }) ?? cache.proposals,
      project,
      files: seen,
      large,
      comparison,
    },
  };
}

/** The issues of the answer, and those of its further pages. */
async function readIssues(
  node: RepositoryNode,
  { client, locator, since }: Pick<ReadInput, 'client' | 'locator'> & { readonly since: string | null },
): Promise<readonly IssueView[]> {
  const issues: IssueView[] = [];
  for (const list of Object.keys(LISTS) as (keyof typeof LISTS)[]) {
    let page = node[list];
    for (;;) {
      for (const issue of page.nodes) issues.push(toIssueView(issue));
      const { hasNextPage, endCursor } = page.pageInfo;
      if (!hasNextPage) break;
      page = await nextIssues({ client, locator, since, label: LISTS[list], after: endCursor });
    }
  }
  return issues;
}

/** With the issues that have lost the label by which they are listed: nearly always there is none. */
async function withNamed(
  listed: readonly IssueView[],
  { client, locator, app, derivations, cache }: ReadInput,
): Promise<{ readonly issues: readonly IssueView[]; readonly gone: ReadonlySet<number> }> {
  let issues = listed;
  const gone = new Set<number>();
  // What is found may name more: the plan its waves, and a wave its tasks.
  for (let round = 0; round < NAMED_ROUNDS; round++) {
    const unlisted = unlistedNumbers({ app, derivations, issues, known: cache.issues });
    const numbers = unlisted.filter((number) => !gone.has(number));
    if (numbers.length === 0) break;
    const found = await readNamedIssues({ client, locator, numbers });
    const shown = new Set(found.map(({ number }) => number));
    for (const number of numbers) if (!shown.has(number)) gone.add(number);
    issues = [...issues, ...found];
  }
  return { issues, gone };
}

/** From a task to its wave, to the plan, to its waves, to their tasks. */
const NAMED_ROUNDS = 4;

interface BaseInput extends Omit<ReadInput, 'every'> {
  readonly issues: IssueCache['issues'];
  readonly pulls: WantedPulls;
}

/** What the base has gained since the look that the plan's record tells of; undefined where there is no base yet. */
async function readBase(node: RepositoryNode, input: BaseInput): Promise<BaseReading | undefined> {
  const { client, locator, app, cache, derivations, pulls } = input;
  const { oid: tip, history: page } = (node.base ?? node.defaultBranchRef)?.target ?? {};
  if (tip === undefined || page === undefined) return undefined;
  const issues = [...input.issues.values()].sort((a, b) => a.number - b.number);
  const known = asItCounts({ app, issues, writers: knownWriters(cache) }, derivations);
  const plan = findPlanIssue(known);
  const last = plan && isTrustedBody(plan, known) ? groupRecordOf(plan, derivations)?.head : undefined;
  // Whoever wrote there and is not known yet: the base is looked at since then, and not at all would say that it is empty.
  const oldest = plan ?? issues.find(({ labels }) => labels.includes(LABEL.plan));
  const begin = hasBegun({ ...known, derivations }) ? oldest?.createdAt : undefined;
  const everything = hasBrokenRecord({ ...known, derivations });
  const landed = landedWork({ ...known, derivations }, { pulls: pullsIn(node, pulls), since: last });
  return readBaseHistory({ client, locator, tip, page, last, begin, everything, landed, known: cache.base });
}

interface RepositoryInput extends Omit<ReadInput, 'every' | 'pulls'> {
  readonly date: number;
  readonly location: ProjectLocation;
}

async function repositoryOf(
  node: RepositoryNode,
  input: RepositoryInput,
): Promise<{ readonly repository: RepositoryView; readonly comparison: IssueCache['comparison'] }> {
  const { locator, cache, ledger, location } = input;
  const branch = node.defaultBranchRef;
  if (!branch) throw new Error(`${fullName(locator)} has no commits: push the plan to its default branch first`);
  const defaultHead = branch.target.oid;
  const baseHead = baseHeadOf(node, input);
  const head = baseHead ?? defaultHead;
  const work = workAt(head, ledger);
  const repository = {
    owner: locator.owner,
    name: locator.repo,
    id: node.id,
    url: node.url,
    defaultBranch: branch.name,
    head,
    ...(work === head ? {} : { work }),
  };
  if (location.base === undefined || location.base === branch.name) return { repository, comparison: cache.comparison };
  const { integrationBranch, comparison } = await readIntegrationBranch({
    ...input,
    branch: location.base,
    exists: baseHead !== undefined,
    defaultBranch: branch.name,
    defaultHead,
    projections: [location.plan, location.progress],
  });
  return { repository: { ...repository, integrationBranch }, comparison };
}

/** The tip of the base; of one that was created a moment ago also where the reading is older. */
function baseHeadOf(node: RepositoryNode, { ledger, date, location: { base } }: RepositoryInput): string | undefined {
  if (node.base) return node.base.target.oid;
  const created = base === undefined ? undefined : ledger.createdBranches.get(base);
  return created && date - created.at < STALE_READS_MS ? created.from : undefined;
}
