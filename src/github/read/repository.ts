import type { ProjectLocation } from '../../plan/load-project.ts';
import { projectedPaths } from '../../plan/projected-paths.ts';
import { type Derivations, groupRecordOf } from '../../state/derivations.ts';
import { LABEL } from '../../state/names.ts';
import type { BaseHistory, RepositoryView, Snapshot } from '../../state/snapshot.ts';
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
import type { Look } from './issue-lists.ts';
import { labelsSeen } from './labels-seen.ts';
import { ISSUE_OVERLAP_MS } from './merge-issues.ts';
import { withNewComments } from './new-comments.ts';
import { labelsOfWaves, type RepositoryNode } from './observe-query.ts';
import { knownWriters } from './permissions.ts';
import { readProject } from './project.ts';
import { proposalsIn } from './proposals.ts';
import { pullsIn, type WantedPulls } from './pulls.ts';
import { readIssues } from './read-issues.ts';
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

/**
 * Reads files, heads, labels, issues and pull requests in one query, and further pages of issues in as many as they take.
 * Once more, where it turns out that issues of the past are wanted that were left out.
 */
export async function readRepository(input: ReadInput): Promise<RepositoryReading> {
  return (await readSince(lookOf(input), input)) ?? (await readSince({ kind: 'first' }, input)) ?? neverLeftOut();
}

function lookOf({ every, cache: { issuesSince, past } }: ReadInput): Look {
  if (!every && issuesSince !== undefined) return { kind: 'changes', since: issuesSince - ISSUE_OVERLAP_MS };
  return past ? { kind: 'all', since: past.before } : { kind: 'first' };
}

function neverLeftOut(): never {
  throw new Error('a reading of everything left something out');
}

/** @returns Undefined where more issues are wanted than it asked for. */
async function readSince(look: Look, input: ReadInput): Promise<RepositoryReading | undefined> {
  const { client, locator, cache, ledger, pulls = NO_PULLS, comments = [], known } = input;
  const every = look.kind !== 'changes';
  const asked = { client, locator, cache, look, pulls, comments, known };
  const { node, edits, date, project, large, seen, filesUntil } = await readProject(asked);
  const found = await readIssues(node, { ...input, look, project, date });
  if (!found) return undefined;
  const { issues: merged, past, gone } = found;
  const waves = every ? await labelsOfWaves(node, input) : node.waves.nodes;
  const { repository, comparison } = await repositoryOf(node, { ...input, date, location: project.location });
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
      past,
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
    projections: projectedPaths(location),
  });
  return { repository: { ...repository, integrationBranch }, comparison };
}

/** The tip of the base; of one that was created a moment ago also where the reading is older. */
function baseHeadOf(node: RepositoryNode, { ledger, date, location: { base } }: RepositoryInput): string | undefined {
  if (node.base) return node.base.target.oid;
  const created = base === undefined ? undefined : ledger.createdBranches.get(base);
  return created && date - created.at < STALE_READS_MS ? created.from : undefined;
}
