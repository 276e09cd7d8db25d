import type { Effect } from '../../decide/effects/effect.ts';
import type { TaskId } from '../../plan/plan.ts';
import { type DispatchInputs, dispatchTitle } from '../../state/names.ts';
import type { CommentView, IssueView, RunView, Snapshot } from '../../state/snapshot.ts';
import { instant } from '../../state/snapshot.ts';
import { unreachable } from '../../state/unreachable.ts';

/**
 * GitHub as one value, in which everything works at once: what effects ask for is there, every dispatch has its run,
 * nothing is stale. Only time is simulated. Each function takes a world and returns the next one.
 */
export interface World {
  /** Epoch milliseconds, whole seconds, as on GitHub. */
  readonly now: number;
  readonly labels: ReadonlyMap<string, string>;
  /** In order of number. */
  readonly issues: ReadonlyMap<number, IssueView>;
  /** Comments that a pass may not have seen yet. */
  readonly comments: readonly CommentView[];
  /** Runs that have not ended, or ended at this moment. */
  readonly runs: ReadonlyMap<number, SimulatedRun>;
  /** What a process of the app remembers: the run that each dispatch was given. */
  readonly dispatched: Snapshot['dispatched'];
  /** The newest id that was given to a run or a comment. */
  readonly lastId: number;
}

export interface SimulatedRun extends RunView {
  readonly inputs: DispatchInputs;
  readonly startedAt: number;
}

export const APP = 'agent-waves[bot]';
export const LEAD = 'lead';

/** Where the simulated clock begins; nothing that is shown depends on it. */
export const BEGIN = Date.UTC(2026, 0, 5);

const REPOSITORY = {
  owner: 'simulated',
  name: 'repository',
  id: 'R_1',
  defaultBranch: 'main',
  url: 'https://github.com/simulated/repository',
  head: '0'.repeat(40),
};

const FILES = { plan: undefined, config: undefined, progress: undefined };

export const emptyWorld: World = {
  now: BEGIN,
  labels: new Map(),
  issues: new Map(),
  comments: [],
  runs: new Map(),
  dispatched: new Map(),
  lastId: 0,
};

/** What a pass sees of it. */
export function snapshotOf({ now, labels, issues, comments, runs, dispatched }: World): Snapshot {
  const shown = (issue: IssueView): IssueView =>
    issue.blockedBy.length === 0
      ? issue
      : {
          ...issue,
          blockedBy: issue.blockedBy.map(({ number }) => ({ number, open: issues.get(number)?.open ?? false })),
        };
  return {
    now,
    repository: REPOSITORY,
    app: APP,
    files: FILES,
    labels,
    issues: [...issues.values()].map(shown),
    runs: [...runs.values()].map(({ inputs, startedAt, ...run }) => run),
    comments,
    writers: new Set([LEAD]),
    dispatched,
    refused: new Map(),
  };
}

/** The clock moves on. What ended and was said before has been seen by every pass that there is. */
export function at(world: World, now: number): World {
  if (now <= world.now) return world;
  const runs = new Map([...world.runs].filter(([, { ended }]) => !ended));
  return { ...world, now, runs, comments: [] };
}

export function applied(world: World, effects: readonly Effect[]): World {
  return effects.reduce(apply, world);
}

function apply(world: World, effect: Effect): World {
  switch (effect.kind) {
    case 'create-label':
      return { ...world, labels: new Map(world.labels).set(effect.name, `L_${effect.name}`) };
    case 'create-issue':
      return opened(world, effect);
    case 'write-body':
      return changed(world, effect.issue, () => ({ body: effect.body, writer: APP }));
    case 'add-labels':
      return effect.labels.reduce((next, label) => labelled(next, { issue: effect.issue, label, by: APP }), world);
    case 'remove-labels':
      return effect.labels.reduce((next, label) => unlabelled(next, effect.issue, label), world);
    case 'add-blocked-by':
      return changed(world, effect.issue, ({ blockedBy }) => ({
        blockedBy: [...blockedBy, { number: effect.blocker, open: true }],
      }));
    case 'remove-blocked-by':
      return changed(world, effect.issue, ({ blockedBy }) => ({
        blockedBy: blockedBy.filter(({ number }) => number !== effect.blocker),
      }));
    case 'close-issue':
      return closed(world, effect.issue, typeof effect.as === 'object' ? 'duplicate' : effect.as);
    case 'dispatch':
      return started(world, effect.inputs);
    case 'comment':
      return commented(world, { issue: effect.issue, author: APP, body: effect.body });
    // Nothing here is ever cancelled, nobody looks at a reaction, and the base is the default branch.
    case 'cancel-run':
    case 'create-branch':
    case 'merge-branch':
    case 'open-pull':
    case 'delete-claim':
    case 'react':
      return world;
    default:
      return unreachable(effect);
  }
}

function opened(world: World, given: Pick<IssueView, 'title' | 'body' | 'labels' | 'parent'>): World {
  const number = world.issues.size + 1;
  const created = instant(world.now);
  const issue: IssueView = {
    id: `I_${number}`,
    number,
    title: given.title,
    body: given.body,
    labels: given.labels,
    parent: given.parent,
    open: true,
    closedAs: undefined,
    closedAt: undefined,
    reopenedAt: undefined,
    author: APP,
    writer: APP,
    createdAt: created,
    labelled: new Map(given.labels.map((label) => [label, { by: APP, at: created }])),
    blockedBy: [],
    updatedAt: created,
  };
  return { ...world, issues: new Map(world.issues).set(number, issue) };
}

export function labelled(
  world: World,
  { issue, label, by }: { readonly issue: number; readonly label: string; readonly by: string },
): World {
  return changed(world, issue, (known) => ({
    labels: [...known.labels, label],
    labelled: new Map(known.labelled).set(label, { by, at: instant(world.now) }),
  }));
}

export function unlabelled(world: World, issue: number, label: string): World {
  return changed(world, issue, ({ labels }) => ({ labels: labels.filter((other) => other !== label) }));
}

export function closed(world: World, issue: number, closedAs: NonNullable<IssueView['closedAs']>): World {
  return changed(world, issue, () => ({ open: false, closedAs, closedAt: instant(world.now) }));
}

export function commented(world: World, said: Pick<CommentView, 'issue' | 'author' | 'body'>): World {
  const id = world.lastId + 1;
  const comment = { ...said, id, nodeId: `C_${id}`, createdAt: instant(world.now), edited: false };
  return { ...world, lastId: id, comments: [...world.comments, comment] };
}

function started(world: World, inputs: DispatchInputs): World {
  const id = world.lastId + 1;
  const now = instant(world.now);
  const run: SimulatedRun = {
    id,
    title: dispatchTitle(inputs),
    ended: false,
    conclusion: undefined,
    actor: APP,
    createdAt: now,
    updatedAt: now,
    inputs,
    startedAt: world.now,
  };
  return {
    ...world,
    lastId: id,
    runs: new Map(world.runs).set(id, run),
    dispatched: new Map(world.dispatched).set(inputs.issue, { dispatch: inputs.dispatch, run: id }),
  };
}

export function ended(world: World, run: SimulatedRun): World {
  const over = { ...run, ended: true, conclusion: 'success', updatedAt: instant(world.now) };
  return { ...world, runs: new Map(world.runs).set(run.id, over) };
}

/** The number of a task's issue, by the title that the app gave it. */
export function issueNumbers(world: World): ReadonlyMap<TaskId, number> {
  return new Map(
    [...world.issues.values()].map(({ title, number }) => [title.slice(0, title.indexOf(':')) as TaskId, number]),
  );
}

function changed(world: World, number: number, change: (issue: IssueView) => Partial<IssueView>): World {
  const issue = world.issues.get(number);
  if (!issue) throw new Error(`the simulated GitHub has no issue #${number}`);
  const next = { ...issue, ...change(issue), updatedAt: instant(world.now) };
  return { ...world, issues: new Map(world.issues).set(number, next) };
}
