import type { Effect } from '../../decide/effects/effect.ts';
import { occasionOfEffect } from '../../decide/effects/unsaid.ts';
import { NO_RUN } from '../../state/names.ts';
import { withOccasion } from '../../state/occasion.ts';
import type { Blocker } from '../../state/snapshot.ts';
import { instant } from '../../state/snapshot.ts';
import {
  addComment,
  addLabel,
  closeIssue,
  editIssue,
  endRun,
  issueOf,
  openIssue,
  placeIssue,
  removeLabel,
  reopenIssue,
  startRun,
} from './steps.ts';
import { headOf, type WorldDraft } from './world.ts';

/** An effect does at once what it is meant to do. */
export function execute<Kind extends Effect['kind']>(world: WorldDraft, effect: EffectOf<Kind>): void {
  const executor: Executor<Kind> = EXECUTORS[effect.kind];
  executor(world, effect);
}

type EffectOf<Kind extends Effect['kind']> = Extract<Effect, { readonly kind: Kind }>;

type Executor<Kind extends Effect['kind']> = (world: WorldDraft, effect: EffectOf<Kind>) => void;

const EXECUTORS: { readonly [Kind in Effect['kind']]: Executor<Kind> } = {
  'create-label': (world, { name }) => {
    world.labels.set(name, `L_${name}`);
  },
  'create-issue': (world, { title, body, labels, parent }) => {
    openIssue(world, { title, body, labels, parent, by: world.app });
  },
  'write-body': (world, { issue, body, title }) =>
    editIssue(world, { number: issue, body, writer: world.app, ...(title === undefined ? {} : { title }) }),
  'set-parent': (world, { issue, parent }) => placeIssue(world, { issue, parent, by: world.app }),
  'add-labels': (world, { issue, labels }) => {
    for (const label of labels) addLabel(world, { issue, label, by: world.app });
  },
  'remove-labels': (world, { issue, labels }) => {
    for (const label of labels) removeLabel(world, { issue, label, by: world.app });
  },
  'add-blocked-by': (world, { issue, blocker }) => {
    editIssue(world, {
      number: issue,
      blockedBy: [...otherBlockers(world, { issue, blocker }), { number: blocker, open: true }],
    });
  },
  'remove-blocked-by': (world, { issue, blocker }) => {
    editIssue(world, { number: issue, blockedBy: otherBlockers(world, { issue, blocker }) });
  },
  comment: (world, effect) => {
    const { issue, body } = effect;
    addComment(world, { issue, author: world.app, body: withOccasion(body, occasionOfEffect(effect)) });
  },
  // Nobody looks at a reaction, at what is folded, or at who was given an issue.
  react: () => {},
  'minimize-comment': () => {},
  assign: () => {},
  'close-issue': (world, { issue, as }) =>
    closeIssue(world, { issue, as: typeof as === 'object' ? 'duplicate' : as, by: world.app }),
  'reopen-issue': (world, { issue }) => reopenIssue(world, { issue, by: world.app }),
  dispatch: (world, { inputs }) => {
    const { id } = startRun(world, inputs);
    world.dispatched.set(inputs.issue, { dispatch: inputs.dispatch, run: id });
  },
  'cancel-run': (world, effect) => {
    const run = world.runs.get(effect.run);
    // One that works goes on for a while, and lands nothing without its claim.
    if (run?.step === 'queued') endRun(world, { run, conclusion: 'cancelled' });
  },
  'bury-claim': (world, { issue, dispatch }) => {
    if ((world.claims.get(issue)?.dispatch ?? 0) <= dispatch) world.claims.set(issue, { dispatch, run: NO_RUN });
  },
  'close-pull': (world, { branch }) => {
    for (const [number, pull] of world.pulls) {
      if (pull.branch === branch && pull.state === 'open')
        world.pulls.set(number, { ...pull, state: 'closed', closedAt: instant(world.now), closedBy: world.app });
    }
  },
  'reopen-pull': (world, { number }) => {
    const pull = world.pulls.get(number);
    if (pull?.state === 'closed')
      world.pulls.set(number, { ...pull, state: 'open', closedAt: undefined, closedBy: undefined });
  },
  'create-branch': (world, { branch, from }) => {
    world.branches.set(branch, from);
  },
  'merge-branch': (world) => {
    world.mergedHead = world.defaultHead;
  },
  'open-pull': openWavePull,
};

function otherBlockers(
  world: WorldDraft,
  { issue, blocker }: { readonly issue: number; readonly blocker: number },
): readonly Blocker[] {
  return issueOf(world, issue).blockedBy.filter(
    ({ number, repository }) => number !== blocker || repository !== undefined,
  );
}

function openWavePull(world: WorldDraft, { branch, base }: EffectOf<'open-pull'>): void {
  const known = [...world.pulls.values()].some((pull) => pull.branch === branch && pull.state === 'open');
  if (known || !world.branches.has(branch)) return;
  const number = ++world.lastNumber;
  world.pulls.set(number, {
    number,
    id: `PR_${number}`,
    branch,
    isFromFork: false,
    base,
    state: 'open',
    head: headOf(world),
    mergeState: 'BLOCKED',
    mergeCommit: undefined,
    mergedAt: undefined,
    closedAt: undefined,
    closedBy: undefined,
    reviews: [],
    failedChecks: [],
    issue: undefined,
  });
}
