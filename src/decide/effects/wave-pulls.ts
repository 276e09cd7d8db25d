import type { Plan, Wave } from '../../plan/plan.ts';
import { waveName } from '../../plan/waves.ts';
import { inline } from '../../state/markdown.ts';
import { LABEL } from '../../state/names.ts';
import { versionOf } from '../../state/occasion.ts';
import type { PullView } from '../../state/pull-view.ts';
import type { GroupRecord } from '../../state/record.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import type { TaskView } from '../../state/task-view.ts';
import { isClosedToUs, type TrackedIssue, type TrackedIssues } from '../../state/tracked-issues.ts';
import { unreachable } from '../../state/unreachable.ts';
import { isWaveFinished } from '../../text/group-body.ts';
import { waveEvidence } from '../../text/wave-pull-body.ts';
import { closedPull } from '../fold/closed-pull.ts';
import type { Effect } from './effect.ts';
import { reopenPull } from './reopen-pulls.ts';

/** Where work lands on a branch of its own: that branch, and one pull request per wave from it to the default branch. */

export interface WavePullSync {
  readonly tracked: TrackedIssues;
  readonly effects: readonly Effect[];
  readonly wakeAt: number | undefined;
}

interface Input {
  readonly plan: Plan;
  readonly snapshot: Snapshot;
  readonly tracked: TrackedIssues;
  readonly tasks: readonly TaskView[];
  readonly byWave: ReadonlyMap<number, readonly TaskView[]>;
}

/** Folds what became of the pull requests of waves into their records, and asks for those that are missing. */
export function syncWavePulls(input: Input): WavePullSync {
  const { plan, snapshot, tracked } = input;
  if (!snapshot.repository.integrationBranch?.exists) return { tracked, effects: [], wakeAt: undefined };
  const waves = new Map(tracked.waves);
  const effects: Effect[] = [];
  let asking = false;
  for (const wave of plan.waves) {
    const trackedIssue = waves.get(wave.number);
    const before = trackedIssue?.record.pull ?? (trackedIssue && desiredPull(wave, input));
    if (!trackedIssue || !before || isClosedToUs(trackedIssue)) continue;
    const pull = observedPull(before, snapshot);
    waves.set(wave.number, { ...trackedIssue, record: { ...trackedIssue.record, pull } });
    effects.push(...announcements(trackedIssue, pull), ...reopenings(trackedIssue, { pull, snapshot }));
    if (pull.number !== undefined || pull.refused !== undefined) continue;
    asking = true;
    effects.push(...openPullEffects({ ...input, wave, pull }));
  }
  return { tracked: { ...tracked, waves }, effects, wakeAt: asking ? snapshot.now : undefined };
}

/** True when nothing of the plan waits for people to merge it into the default branch. */
export function areAllWavesMerged({ waves }: TrackedIssues): boolean {
  return [...waves.values()].every(({ record: { pull } }) => !pull || pull.state === 'merged');
}

type Pull = NonNullable<GroupRecord['pull']>;

/** The pull request of a wave that is done, and of which something has landed. */
function desiredPull({ number }: Wave, { snapshot, byWave }: Input): Pull | undefined {
  const { integrationBranch } = snapshot.repository;
  const tasks = byWave.get(number) ?? [];
  const landed = tasks.some(({ record }) => record.done?.commit !== undefined);
  if (!integrationBranch || !landed || !isWaveFinished(tasks)) return undefined;
  // Not below the base's name: git keeps no branch under the name of another.
  return { branch: `${integrationBranch.branch}-wave-${number}` };
}

function observedPull(pull: Pull, snapshot: Snapshot): Pull {
  const { pulls, opened } = snapshot;
  const own = opened?.get(pull.branch);
  const found =
    pull.number === undefined
      ? [...(pulls?.values() ?? [])].find(({ branch, isFromFork }) => branch === pull.branch && !isFromFork)
      : pulls?.get(pull.number);
  if (found) {
    const { refused, ...rest } = pull;
    return { ...rest, number: found.number, ...observedState(found, { pull, snapshot }) };
  }
  if (pull.number !== undefined || !own) return pull;
  return 'refused' in own ? { ...pull, refused: own.refused } : { ...pull, number: own.number, state: 'open' };
}

/** One that somebody closed who may not write is open as it counts. */
function observedState(
  found: PullView,
  { pull: { state: known, reopened }, snapshot }: { readonly pull: Pull; readonly snapshot: Snapshot },
): Pick<Pull, 'state' | 'reopened'> {
  if (found.state !== 'closed' || known === 'closed') return { state: found.state };
  const closing = closedPull(found, { reopened, snapshot });
  switch (closing.kind) {
    case 'counts':
      return { state: 'closed' };
    case 'reopen':
      return { state: 'open', reopened: closing.reopened };
    case 'reopened':
      return { state: 'open' };
    default:
      return unreachable(closing);
  }
}

function reopenings(
  { issue, record }: TrackedIssue<GroupRecord>,
  { pull, snapshot }: { readonly pull: Pull; readonly snapshot: Snapshot },
): readonly Effect[] {
  const found = snapshot.pulls?.get(pull.number ?? Number.NaN);
  return found && pull.reopened?.at !== record.pull?.reopened?.at ? reopenPull(found, issue.number) : [];
}

/** What is said to people, in the pass that finds it out. */
function announcements({ issue, record }: TrackedIssue<GroupRecord>, pull: Pull): readonly Effect[] {
  const before = record.pull;
  const comment = (given: { readonly key: string; readonly body: string; readonly reason: string }): Effect => ({
    ...given,
    kind: 'comment',
    key: `${given.key}:${issue.number}`,
    occasion: `${given.key}:${versionOf(issue)}`,
    issue: issue.number,
  });
  if (pull.refused !== undefined && before?.refused === undefined) {
    const body = `GitHub would not open the pull request of this wave: ${inline(pull.refused)}. Open one from \`${pull.branch}\` by hand; it is followed from then on.`;
    return [comment({ key: 'pull-refused', body, reason: 'a person has to open it' })];
  }
  if (pull.state === 'open' && before?.number === undefined) {
    const body = `Every task of this wave is done. To be reviewed and merged: #${pull.number}.`;
    return [comment({ key: 'pull', body, reason: 'it was opened' })];
  }
  if (pull.state !== 'closed' || before?.state === 'closed') return [];
  const reason = 'a person has to decide what becomes of the wave';
  const body = `#${pull.number} was closed without being merged: what this wave did is not on the default branch. Open it again to merge it, or close the plan issue to leave it at that.`;
  return [
    comment({ key: 'pull-closed', body, reason }),
    {
      kind: 'add-labels',
      key: `label:${issue.number}:${LABEL.needsHuman}`,
      issue: issue.number,
      labels: [LABEL.needsHuman],
      reason,
    },
  ];
}

interface WantedPull extends Input {
  readonly wave: Wave;
  readonly pull: Pull;
}

function openPullEffects({ wave, pull, plan, snapshot, tasks, byWave }: WantedPull): readonly Effect[] {
  const { branch } = pull;
  const { repository } = snapshot;
  const reason = `every task of wave ${wave.number} is done`;
  const { url } = repository;
  const body = waveEvidence({ wave, plan, tasks, within: byWave.get(wave.number) ?? [], repositoryUrl: url });
  return [
    { kind: 'create-branch', key: `branch:${branch}`, branch, from: repository.head, reason },
    {
      kind: 'open-pull',
      key: `pull:${branch}`,
      branch,
      base: repository.defaultBranch,
      title: waveName(wave),
      body,
      reason,
    },
  ];
}
