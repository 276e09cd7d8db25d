import { MAX_ENDING_MS } from '../../state/ending-runs.ts';
import type { PlanChange } from '../../state/observed-files.ts';
import { type CommentView, type IssueView, millis, type RunView, type Snapshot } from '../../state/snapshot.ts';
import { asItCounts } from '../../state/standing.ts';
import type { Timings } from '../../state/timings.ts';
import { findPlanIssue } from '../../state/tracked-issues.ts';
import type { IssueCache, KnownComments } from '../issue-cache.ts';
import type { Ledger } from '../ledger.ts';
import type { Locator } from '../locator.ts';
import type { Memory } from '../memory.ts';
import type { Client } from '../octokit.ts';
import { decidingComments, withEdits } from './comment-edits.ts';
import { readComments } from './comments.ts';
import { sortedIssues, withoutShown, withWrites } from './merge-issues.ts';
import { peopleWhoDecide } from './people-who-decide.ts';
import { readPermissions } from './permissions.ts';
import { readPlanChange } from './plan-change.ts';
import { type RepositoryReading, readRepository } from './repository.ts';
import { readRunStops } from './run-stops.ts';
import { readRuns, type ToldEnds } from './runs.ts';
import { stillMissing } from './still-missing.ts';
import { commentsSince, type Known, wantedPulls, wantedRuns } from './wanted.ts';

export interface ReadInput {
  readonly client: Client;
  readonly locator: Locator;
  /** Login under which `client` writes. */
  readonly app: string;
  readonly memory: Memory;
  readonly timings: Pick<Timings, 'runsEvery' | 'dispatchGrace'>;
  /** Runs that are told to have ended since the reading before. */
  readonly endedRuns?: ReadonlySet<number> | undefined;
  readonly toldEnds?: ToldEnds | undefined;
}

export interface Reading {
  /** Undefined when the repository holds no plan. */
  readonly snapshot: Snapshot | undefined;
  readonly memory: Memory;
}

/** What the issues show may ask for more of runs and comments, and while that is read they change. */
const MAX_ROUNDS = 3;

/** A reading of every issue, for what changes an issue without moving its `updatedAt`. */
const EVERY_ISSUE_AFTER_MS = 10 * 60_000;

/**
 * Reads runs, then comments, then issues and files, in this order: so a run seen as ended has its result in view. Comments
 * come with the issues; where those before are not known, or there are too many, they are listed.
 * Asks for what changed since the reading before, where its project lay.
 */
export async function read({ memory, ...source }: ReadInput): Promise<Reading> {
  const { ledger, derivations } = memory;
  const begun = withWrites(memory.cache, ledger);
  const input = { ...source, ledger, derivations };
  const cache =
    begun.issuesSince === undefined ? (await readRepository({ ...input, cache: begun, every: true })).cache : begun;

  let seen = await readInOrder({ ...input, cache, runsNeeded: false, commentsNeeded: false });
  let counted = await trusted(seen.cache, input);
  for (let left = MAX_ROUNDS; left > 0; left--) {
    const missing = stillMissing({ ...input, ...counted }, seen);
    if (!missing.runsNeeded && !missing.commentsNeeded) break;
    seen = await readInOrder({ ...input, cache: seen.cache, ...missing });
    counted = await trusted(seen.cache, input);
  }

  const issues = sortedIssues(seen.cache);
  const next = { derivations, ledger: withoutShown(ledger, seen.now), cache: seen.cache };
  if (!hasPlan(seen, counted)) return { snapshot: undefined, memory: next };
  const { comments, pulls } = seen;
  const people = peopleWhoDecide({ issues, pulls, comments, app: source.app, derivations });
  const { writers, permissions } = await readPermissions({
    ...input,
    cache: seen.cache,
    logins: people,
    now: seen.now,
  });
  const planChange = await planChanged(seen, { ...input, issues, writers });
  return {
    snapshot: snapshotOf(seen, { app: source.app, issues, writers, ledger, planChange }),
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
  const issues = sortedIssues(cache);
  const logins = peopleWhoDecide({ issues, comments: [], app, derivations });
  const now = cache.issuesSince ?? 0;
  const { writers, permissions } = await readPermissions({ client, locator, cache, logins, now });
  return { ...asItCounts({ app, issues, writers }, derivations), permissions };
}

interface InOrder extends Omit<ReadInput, 'memory'>, Pick<Known, 'ledger' | 'derivations'> {
  readonly cache: IssueCache;
  readonly runsNeeded: boolean;
  /** Comments have to be listed: not all new ones come with the issues. */
  readonly commentsNeeded: boolean;
}

interface Seen extends Omit<RepositoryReading, 'comments'> {
  readonly comments: readonly CommentView[];
  /** Runs were listed that were created since (epoch ms); undefined: none were listed. */
  readonly runsSince: number | undefined;
  /** False where there were too many. */
  readonly commentsRead: boolean;
}

async function readInOrder({ runsNeeded, commentsNeeded, ...given }: InOrder): Promise<Seen> {
  const { permissions, ...counted } = await trusted(given.cache, given);
  const input = { ...given, ...counted, cache: { ...given.cache, permissions } };
  const { cache, timings } = input;
  const lastRead = cache.issuesSince ?? 0;
  const { since, isMissed } = wantedRuns(input, { runs: cache.runs, now: lastRead });
  const due = runsNeeded || isMissed || lastRead - cache.runsReadAt >= timings.runsEvery;
  const runs = since !== undefined && due ? await readRuns(input, since) : undefined;
  const stops = runs && (await readRunStops(input, { runs: runs.runs, stops: cache.stops }));

  const every = lastRead - cache.everyIssueReadAt >= EVERY_ISSUE_AFTER_MS;
  const { known, isNew } = await commentsBefore(input, commentsNeeded || every);
  const asked = decidingComments(known?.comments ?? []);
  const { comments: found, ...repository } = await readRepository({
    ...input,
    comments: asked,
    known: isNew ? undefined : known,
    every,
    pulls: wantedPulls(input),
  });
  const comments = isNew ? known : found;
  return {
    ...repository,
    now: Math.min(repository.now, runs?.date ?? repository.now, comments?.readAt ?? repository.now),
    cache: {
      ...repository.cache,
      runs: withEnded(cache.runs, { listed: runs?.runs, isOver: since === undefined, now: lastRead }),
      stops: stops ?? cache.stops,
      runsReadAt: runs?.date ?? cache.runsReadAt,
      comments: comments ?? known,
    },
    comments: withEdits(comments?.comments ?? [], { asked, edits: repository.edits }),
    runsSince: runs && since,
    commentsRead: known === undefined || comments !== undefined,
  };
}

interface Listing {
  readonly listed: IssueCache['runs'] | undefined;
  /** Nothing runs any more. */
  readonly isOver: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The runs as they are known now: of those that a listing leaves out, the ones that ended a moment ago stay so. */
function withEnded(known: IssueCache['runs'], { listed, isOver, now }: Listing): IssueCache['runs'] {
  if (!listed && !isOver) return known;
  const ended = [...known].filter(([, run]) => run.ended && now - millis(run.updatedAt) < 2 * MAX_ENDING_MS);
  return new Map([...ended, ...(listed ?? [])]);
}

/** The comments that count from before this reading: as they are known, or listed anew. */
async function commentsBefore(
  input: Known & Pick<InOrder, 'client' | 'locator' | 'cache'>,
  isNeeded: boolean,
): Promise<{ readonly known: KnownComments | undefined; readonly isNew: boolean }> {
  const plan = findPlanIssue(input);
  if (!plan) return { known: undefined, isNew: false };
  const since = commentsSince(plan, input);
  const { comments: known } = input.cache;
  if (!isNeeded && known && known.since <= since) {
    const comments = known.comments.filter(({ createdAt }) => millis(createdAt) >= since);
    return { known: { ...known, since, comments }, isNew: false };
  }
  const { comments, date: readAt } = await readComments(input, since);
  return { known: { since, readAt, comments }, isNew: true };
}

/** The last change of the plan file, where that matters. */
async function planChanged(
  { cache: { project, files } }: Seen,
  { client, locator, app, issues, writers, derivations }: Omit<Known, 'ledger'> & Pick<InOrder, 'client' | 'locator'>,
): Promise<PlanChange | undefined> {
  if (!project?.ok || !files) return undefined;
  const { tasks } = project.project.plan;
  const of = { head: files.head, path: project.location.plan, tasks };
  return readPlanChange({ ...of, client, locator, app, issues, writers, derivations });
}

interface SnapshotParts {
  readonly app: string;
  readonly issues: readonly IssueView[];
  readonly writers: ReadonlySet<string>;
  readonly ledger: Ledger;
  readonly planChange: PlanChange | undefined;
}

function snapshotOf(seen: Seen, { app, issues, writers, ledger, planChange }: SnapshotParts): Snapshot {
  const { now, repository, files, filesUntil, pulls, base, comments, cache } = seen;
  return {
    now,
    repository,
    app,
    files: planChange ? { ...files, planChange } : files,
    ...(filesUntil === undefined ? {} : { filesUntil }),
    labels: cache.labels,
    issues,
    runs: [...cache.runs.values()].map((run) => withStop(run, cache)).sort((a, b) => a.id - b.id),
    comments,
    writers,
    dispatched: ledger.dispatched,
    refused: ledger.refusedDispatches,
    ...(cache.gone.size > 0 ? { gone: cache.gone } : {}),
    ...(cache.past?.before === undefined ? {} : { past: { before: cache.past.before, plans: cache.past.plans } }),
    ...(ledger.said.size > 0 ? { said: new Set(ledger.said.keys()) } : {}),
    ...(base ? { base } : {}),
    ...(pulls.size > 0 ? { pulls } : {}),
    ...(ledger.openedPulls.size > 0 ? { opened: ledger.openedPulls } : {}),
    ...(ledger.usesProgressBranch ? { usesProgressBranch: true } : {}),
    ...(ledger.refusesProgress ? { refusesProgress: true } : {}),
  };
}

function withStop(run: RunView, { stops }: IssueCache): RunView {
  const stopped = stops.get(run.id);
  return stopped ? { ...run, stopped } : run;
}
