import type { CommentView, IssueView, RunView, Snapshot } from '../../state/snapshot.ts';
import { asItCounts } from '../../state/standing.ts';
import { findPlanIssue } from '../../state/tracked-issues.ts';
import type { IssueCache } from '../issue-cache.ts';
import type { Ledger } from '../ledger.ts';
import type { Locator } from '../locator.ts';
import type { Memory } from '../memory.ts';
import type { Client } from '../octokit.ts';
import { decidingComments, withEdits } from './comment-edits.ts';
import { readComments } from './comments.ts';
import { withoutShown, withWrites } from './merge-issues.ts';
import { readPermissions } from './permissions.ts';
import { type RepositoryReading, readRepository } from './repository.ts';
import { readRunStops } from './run-stops.ts';
import { readRuns } from './runs.ts';
import { areEndsAwaited, commentsSince, type Known, outstandingRuns, peopleWhoDecide, wantedPulls } from './wanted.ts';

interface ReadInput {
  readonly client: Client;
  readonly locator: Locator;
  /** Login under which `client` writes. */
  readonly app: string;
  readonly memory: Memory;
  /** Milliseconds between two listings of runs while every dispatch has its run id. */
  readonly runsEvery: number;
}

interface Reading {
  /** Undefined when the repository holds no plan. */
  readonly snapshot: Snapshot | undefined;
  readonly memory: Memory;
}

/** A reading of every issue, for what changes an issue without moving its `updatedAt`. */
const EVERY_ISSUE_AFTER_MS = 10 * 60_000;

/**
 * Reads runs, then comments, then issues and files, in this order: so a run seen as ended has its result in view.
 * Asks for what changed since the reading before, where its project lay.
 */
export async function read({ memory, ...source }: ReadInput): Promise<Reading> {
  const { ledger, derivations } = memory;
  const begun = withWrites(memory.cache, ledger);
  const input = { ...source, ledger, derivations };
  const cache =
    begun.issuesSince === undefined ? (await readRepository({ ...input, cache: begun, every: true })).cache : begun;

  let seen = await readInOrder({ ...input, cache, runsNeeded: false });
  // Somebody else dispatched since our last reading: runs have to be seen before they are missed.
  const counted = await trusted(seen.cache, input);
  const { nameless } = outstandingRuns({ ...input, ...counted });
  if (!seen.runsRead && nameless) seen = await readInOrder({ ...input, cache: seen.cache, runsNeeded: true });

  const issues = sorted(seen.cache);
  const next = { derivations, ledger: withoutShown(ledger, seen.now), cache: seen.cache };
  if (!hasPlan(seen, counted)) return { snapshot: undefined, memory: next };
  const { comments, pulls } = seen;
  const people = peopleWhoDecide({ issues, pulls, comments, app: source.app });
  const { writers, permissions } = await readPermissions({
    ...input,
    cache: seen.cache,
    logins: people,
    now: seen.now,
  });
  return {
    snapshot: snapshotOf(seen, { app: source.app, issues, writers, ledger }),
    memory: { ...next, cache: { ...seen.cache, permissions } },
  };
}

/** A repository with a broken configuration wants to have one, wherever it lies. */
function hasPlan({ files, cache: { project } }: Seen, counted: Parameters<typeof findPlanIssue>[0]): boolean {
  const brokenConfig = project?.ok === false && project.config === undefined;
  return files.plan !== undefined || findPlanIssue(counted) !== undefined || brokenConfig;
}

/** What was read before, as it counts: what a reading asks for is not for others to say. */
async function trusted(
  cache: IssueCache,
  { client, locator, app, derivations }: Pick<InOrder, 'client' | 'locator' | 'app' | 'derivations'>,
): Promise<Pick<Snapshot, 'app' | 'issues' | 'writers'> & Pick<IssueCache, 'permissions'>> {
  const issues = sorted(cache);
  const logins = peopleWhoDecide({ issues, comments: [], app });
  const now = cache.issuesSince ?? 0;
  const { writers, permissions } = await readPermissions({ client, locator, cache, logins, now });
  return { ...asItCounts({ app, issues, writers }, derivations), permissions };
}

interface InOrder extends Omit<ReadInput, 'memory'>, Pick<Known, 'ledger' | 'derivations'> {
  readonly cache: IssueCache;
  readonly runsNeeded: boolean;
}

interface Seen extends RepositoryReading {
  readonly comments: readonly CommentView[];
  readonly runsRead: boolean;
}

async function readInOrder({ runsNeeded, ...given }: InOrder): Promise<Seen> {
  const { permissions, ...known } = await trusted(given.cache, given);
  const input = { ...given, ...known, cache: { ...given.cache, permissions } };
  const { cache, runsEvery } = input;
  const { since, nameless } = outstandingRuns(input);
  const lastRead = cache.issuesSince ?? 0;
  const due = runsNeeded || nameless || lastRead - cache.runsReadAt >= runsEvery;
  const runsBefore = since !== undefined && due ? await readRuns(input, since) : undefined;

  const plan = findPlanIssue(input);
  const comments = plan ? await readComments(input, commentsSince(plan, input)) : undefined;
  const asked = decidingComments(comments?.comments ?? []);
  const reported = { comments: comments?.comments ?? [], runs: runsBefore?.runs ?? cache.runs };
  // What says how a run ended is worth as much as the run's own end.
  const isAwaited = since !== undefined && !runsBefore && areEndsAwaited(input, reported);
  const runs = isAwaited ? await readRuns(input, since) : runsBefore;
  const stops = runs && (await readRunStops(input, { runs: runs.runs, stops: cache.stops }));
  const repository = await readRepository({
    ...input,
    comments: asked,
    every: lastRead - cache.everyIssueReadAt >= EVERY_ISSUE_AFTER_MS,
    pulls: wantedPulls(input),
  });
  return {
    ...repository,
    now: Math.min(runs?.date ?? repository.now, comments?.date ?? repository.now, repository.now),
    cache: {
      ...repository.cache,
      runs: runs?.runs ?? (since === undefined ? new Map() : cache.runs),
      stops: stops ?? cache.stops,
      runsReadAt: runs?.date ?? cache.runsReadAt,
    },
    comments: withEdits(comments?.comments ?? [], { asked, edits: repository.edits }),
    runsRead: runs !== undefined,
  };
}

interface SnapshotParts {
  readonly app: string;
  readonly issues: readonly IssueView[];
  readonly writers: ReadonlySet<string>;
  readonly ledger: Ledger;
}

function snapshotOf(seen: Seen, { app, issues, writers, ledger }: SnapshotParts): Snapshot {
  const { now, repository, files, pulls, base, comments, cache } = seen;
  return {
    now,
    repository,
    app,
    files,
    labels: cache.labels,
    issues,
    runs: [...cache.runs.values()].map((run) => withStop(run, cache)).sort((a, b) => a.id - b.id),
    comments,
    writers,
    dispatched: ledger.dispatched,
    refused: ledger.refusedDispatches,
    ...(cache.gone.size > 0 ? { gone: cache.gone } : {}),
    ...(base ? { base } : {}),
    ...(pulls.size > 0 ? { pulls } : {}),
    ...(ledger.openedPulls.size > 0 ? { opened: ledger.openedPulls } : {}),
    ...(ledger.usesProgressBranch ? { usesProgressBranch: true } : {}),
  };
}

function withStop(run: RunView, { stops }: IssueCache): RunView {
  const stopped = stops.get(run.id);
  return stopped ? { ...run, stopped } : run;
}

/** In order of number. */
function sorted({ issues }: IssueCache): readonly IssueView[] {
  return [...issues.values()].sort((a, b) => a.number - b.number);
}
