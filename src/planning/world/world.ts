import { type Derivations, groupRecordOf, newDerivations, taskRecordOf } from '../../state/derivations.ts';
import { isMissed, workOf } from '../../state/evidence.ts';
import { type DispatchInputs, LABEL } from '../../state/names.ts';
import type { PullView } from '../../state/pull-view.ts';
import { mayRevert } from '../../state/reverts.ts';
import type {
  BaseCommit,
  BaseHistory,
  CommentView,
  IssueView,
  RepositoryView,
  RunView,
  Snapshot,
} from '../../state/snapshot.ts';
import { asItCounts } from '../../state/standing.ts';
import { findPlanIssue } from '../../state/tracked-issues.ts';
import { isTrustedBody } from '../../state/trust.ts';

/**
 * GitHub as a value: one repository as the effects of a decision, the runs of its tasks and people leave it, and what one
 * process of the app remembers of it. Nothing in it fails, and nothing moves by itself: `simulate` moves its clock, the
 * tests of the laws add people and faults.
 */
export type PlanWorld = Frozen<WorldDraft>;

/** The same while one step changes it: made by `change`, and seen by nobody else before the step is over. */
export interface WorldDraft {
  /** Login of the app that keeps the plan. */
  readonly app: string;
  /** Logins of the people who may write. */
  readonly writers: ReadonlySet<string>;
  /** Epoch milliseconds, whole seconds, as on GitHub. */
  now: number;
  readonly repository: Omit<RepositoryView, 'head' | 'integrationBranch' | 'work'>;
  /** Name of the base, where work lands on a branch of its own. */
  readonly integrationBranch: string | undefined;
  /** Commits of the base, newest first; never none. */
  readonly base: BaseCommit[];
  /** How many commits the world has seen on the base: the names of the next ones follow. */
  commits: number;
  /** Commit at the tip of the default branch, and the one that was last brought over to the integration branch. */
  defaultHead: string;
  mergedHead: string;
  /** Label name to node id. */
  readonly labels: Map<string, string>;
  /** In order of number. */
  readonly issues: Map<number, IssueView>;
  /** In order of id. */
  readonly comments: CommentView[];
  readonly runs: Map<number, WorldRun>;
  readonly pulls: Map<number, WorldPull>;
  /** Branches that the app made, with the commits that they started at. */
  readonly branches: Map<string, string>;
  /** Issue to the run that owns its task. */
  readonly claims: Map<number, { readonly dispatch: number; readonly run: number }>;
  /** What a process of the app remembers: the run that each dispatch was given, and refusals. */
  readonly dispatched: Map<number, { readonly dispatch: number; readonly run: number }>;
  readonly refused: Map<number, { readonly dispatch: number; readonly what: string }>;
  /** The newest number of an issue or a pull request, and the newest id of a run or a comment. */
  lastNumber: number;
  lastId: number;
}

/** A workflow run as GitHub and its runner know it: `inputs` and `step` are hidden from snapshots. */
export interface WorldRun extends RunView {
  readonly inputs: DispatchInputs;
  readonly step: 'queued' | 'working' | 'over';
}

export interface WorldPull extends PullView {
  /** The task whose work it is; undefined for one that the app opened for a wave. */
  readonly issue: number | undefined;
}

/** Login of the app, where nobody says another. */
export const APP = 'agent-waves[bot]';

/** The one person who may write. */
export const LEAD = 'lead';

/** Where the clock begins. */
export const BEGIN = Date.UTC(2026, 2, 2, 9);

export function newWorld(
  given: Pick<PlanWorld, 'repository'> & { readonly integrationBranch?: string | undefined },
): WorldDraft {
  return {
    app: APP,
    writers: WRITERS,
    now: BEGIN,
    repository: given.repository,
    integrationBranch: given.integrationBranch,
    base: [{ oid: baseCommitOid(0), message: 'Begin', parents: [] }],
    commits: 0,
    defaultHead: '0'.repeat(40),
    mergedHead: '0'.repeat(40),
    labels: new Map(),
    issues: new Map(),
    comments: [],
    runs: new Map(),
    pulls: new Map(),
    branches: new Map(),
    claims: new Map(),
    dispatched: new Map(),
    refused: new Map(),
    lastNumber: 0,
    lastId: 1_000,
  };
}

export function baseCommitOid(count: number): string {
  return (count === 0 ? '' : count.toString(16)).padStart(40, 'b');
}

/** The commit at the tip of the base. */
export function headOf({ base }: Pick<PlanWorld, 'base'>): string {
  return base[0]?.oid ?? baseCommitOid(0);
}

/** The world after one step; the one that was given stays as it is. */
export function change(world: PlanWorld, step: (draft: WorldDraft) => void): PlanWorld {
  const draft: WorldDraft = {
    ...world,
    base: [...world.base],
    labels: new Map(world.labels),
    issues: new Map(world.issues),
    comments: [...world.comments],
    runs: new Map(world.runs),
    pulls: new Map(world.pulls),
    branches: new Map(world.branches),
    claims: new Map(world.claims),
    dispatched: new Map(world.dispatched),
    refused: new Map(world.refused),
  };
  step(draft);
  return draft;
}

/** What a pass sees of it. */
export function snapshotOf(
  world: PlanWorld,
  view: {
    readonly files?: Snapshot['files'];
    /** An issue as a read shows it, which may be stale, or not show it yet. */
    readonly read?: (issue: IssueView) => IssueView | undefined;
  } = {},
): Snapshot {
  const { files = NO_FILES, read = (issue) => issue } = view;
  const shown = (issue: IssueView): IssueView | readonly [] => {
    const seen = read(issue);
    return seen === undefined ? [] : withOpenBlockers(seen, world.issues);
  };
  return {
    now: world.now,
    repository: repositoryOf(world),
    ...(hasBase(world) ? { base: historyOf(world) } : {}),
    app: world.app,
    files,
    labels: new Map(world.labels),
    issues: [...world.issues.values()].flatMap(shown),
    runs: [...world.runs.values()].map(({ inputs, step, ...run }) => run),
    comments: [...world.comments],
    pulls: new Map([...world.pulls].map(([number, { issue, ...pull }]) => [number, pull])),
    writers: world.writers,
    dispatched: new Map(world.dispatched),
    refused: new Map(world.refused),
  };
}

const WRITERS: ReadonlySet<string> = new Set([LEAD]);

const NO_FILES: Snapshot['files'] = { plan: undefined, config: undefined, progress: undefined };

/** A base that is not the default branch is none before the app has made it. */
function hasBase({ integrationBranch, branches }: PlanWorld): boolean {
  return integrationBranch === undefined || branches.has(integrationBranch);
}

/** As a reading has it: what came since the last look that the plan's record tells of, or everything. */
function historyOf({ app, writers, base, issues: shown, pulls }: PlanWorld): BaseHistory {
  const derivations = newDerivations();
  const known = asItCounts({ app, issues: [...shown.values()], writers }, derivations);
  const plan = findPlanIssue(known);
  const last = plan && isTrustedBody(plan, known) ? groupRecordOf(plan, derivations)?.head : undefined;
  const place = base.findIndex(({ oid }) => oid === last);
  if (place < 0) return { commits: [...base], since: undefined, whole: true };
  const gained = { commits: base.slice(0, place), since: last, whole: false };
  return gained.commits.some(mayRevert) || isInDoubt({ issues: known.issues, pulls, derivations }, gained)
    ? { ...gained, commits: [...base], whole: true }
    : gained;
}

interface Doubtful extends Pick<PlanWorld, 'pulls'> {
  readonly issues: readonly IssueView[];
  readonly derivations: Derivations;
}

/** A record is broken, or work that was there is not any more. */
function isInDoubt({ issues, pulls, derivations }: Doubtful, gained: BaseHistory): boolean {
  return issues.some((issue) => {
    if (!issue.labels.includes(LABEL.task)) return false;
    const record = taskRecordOf(issue, derivations);
    if (!record) return true;
    const work = workOf({ issue: issue.number, record }, { pulls, since: gained.since });
    return work !== undefined && isMissed(work, gained);
  });
}

function repositoryOf({ repository, integrationBranch, ...world }: PlanWorld): RepositoryView {
  const head = headOf(world);
  if (integrationBranch === undefined) return { ...repository, head };
  const { branches, defaultHead, mergedHead } = world;
  return {
    ...repository,
    head,
    integrationBranch: {
      branch: integrationBranch,
      exists: branches.has(integrationBranch),
      defaultHead,
      behind: mergedHead !== defaultHead,
    },
  };
}

function withOpenBlockers(issue: IssueView, issues: PlanWorld['issues']): IssueView {
  if (issue.blockedBy.length === 0) return issue;
  const blockedBy = issue.blockedBy.map((blocker) =>
    blocker.repository === undefined ? { ...blocker, open: issues.get(blocker.number)?.open ?? false } : blocker,
  );
  return { ...issue, blockedBy };
}

type Frozen<T> = {
  readonly [Key in keyof T]: T[Key] extends Map<infer From, infer To>
    ? ReadonlyMap<From, To>
    : T[Key] extends (infer Item)[]
      ? readonly Item[]
      : T[Key];
};
