import { waveName } from '../../plan/waves.ts';
import { fittedPart } from '../../state/body-room.ts';
import { LABEL, waveLabel } from '../../state/names.ts';
import { newGroupRecord } from '../../state/record.ts';
import type { Situation } from '../../state/situation.ts';
import { type IssueView, millis } from '../../state/snapshot.ts';
import { roomBelow } from '../../state/sub-issues.ts';
import type { TaskView } from '../../state/task-view.ts';
import { planTitle, taskTitle } from '../../state/tracked-issues.ts';
import { planBodyOf, taskBodyOf, waveBodyOf } from '../../text/bodies.ts';
import type { CreateIssue, CreateLabel, Effect } from './effect.ts';

/** GitHub takes 80 content-creating requests a minute; a few are left for comments. */
const MAX_PER_MINUTE = 70;

/** What every repository with a plan has; each wave has one more. */
export const LABELS: Readonly<Record<string, { color: string; description: string }>> = {
  [LABEL.plan]: { color: '1d76db', description: 'A plan that Agent Waves carries out' },
  [LABEL.wave]: { color: '1d76db', description: 'A wave of a plan' },
  [LABEL.task]: { color: '1d76db', description: 'A task of a plan' },
  [LABEL.start]: { color: '0e8a16', description: 'Set by people: start this plan, wave or task' },
  [LABEL.pause]: { color: 'fbca04', description: 'Set by people: dispatch nothing new here' },
  [LABEL.running]: { color: '5319e7', description: 'An agent is at work' },
  [LABEL.failed]: { color: 'd93f0b', description: 'The last attempt failed; another follows' },
  [LABEL.needsHuman]: { color: 'b60205', description: 'Retrying cannot fix this: comment /retry when you have' },
};

export interface IssueCreation {
  readonly effects: readonly Effect[];
  /** When more may be created; undefined when nothing is left. */
  readonly wakeAt: number | undefined;
}

/** Labels first, then the plan issue, then waves, then tasks: each needs what comes before it to exist. */
export function createIssues(situation: Situation & { readonly withTasks: boolean }): IssueCreation {
  const labels = createLabels(situation);
  if (labels.length > 0) return { effects: labels, wakeAt: situation.snapshot.now };
  const wanted = desiredIssues(situation);
  if (wanted.length === 0) return { effects: [], wakeAt: undefined };
  const recent = situation.snapshot.issues.filter(
    ({ createdAt }) => millis(createdAt) > situation.snapshot.now - 60_000,
  );
  const effects = wanted.slice(0, Math.max(0, MAX_PER_MINUTE - recent.length)).map((write) => write());
  if (effects.length === wanted.length) return { effects, wakeAt: situation.snapshot.now };
  const oldest = Math.min(...recent.map(({ createdAt }) => millis(createdAt)), situation.snapshot.now);
  return { effects, wakeAt: oldest + 61_000 };
}

export function createLabels({ plan, snapshot }: Pick<Situation, 'plan' | 'snapshot'>): readonly CreateLabel[] {
  const waves = plan.waves.map(
    (wave) => [waveLabel(wave.number), { color: 'c5def5', description: waveName(wave).slice(0, 100) }] as const,
  );
  return [...Object.entries(LABELS), ...waves].flatMap(([name, { color, description }]) =>
    snapshot.labels.has(name)
      ? []
      : [{ kind: 'create-label', key: `label:${name}`, name, color, description, reason: 'issues are marked with it' }],
  );
}

/** Written only once it is sure that they are created now: a plan may have thousands. */
type DesiredIssue = () => CreateIssue;

function desiredIssues(situation: Situation & { readonly withTasks: boolean }): readonly DesiredIssue[] {
  const { plan, tracked, tasks, byWave, withTasks } = situation;
  if (!tracked.plan) {
    if (tracked.unseen.plan) return [];
    // Nothing of this plan is on the base yet.
    const record = { ...newGroupRecord(plan.id), title: planTitle(plan), head: situation.snapshot.repository.head };
    const body = () => planBodyOf(record, situation);
    return [() => create('plan', { title: planTitle(plan), body: body(), labels: [LABEL.plan], parent: undefined })];
  }
  // A task that is listed as completed needs no issue, nor does a wave of such tasks: nobody starts or follows it there.
  const due = tasks.filter(
    ({ task, issue, state }) => issue === undefined && state !== 'completed' && !tracked.unseen.tasks.has(task.id),
  );
  const waves = plan.waves.filter(
    ({ number }) =>
      !tracked.waves.has(number) && !tracked.unseen.waves.has(number) && !isWaveListed(byWave.get(number) ?? []),
  );
  const placeBelow = placesLeft(situation.snapshot.issues);
  if (waves.length > 0) {
    const { issue: parent } = tracked.plan;
    return waves.map(
      (wave) => () =>
        create(`wave:${wave.number}`, {
          title: waveName(wave),
          body: waveBodyOf(
            { wave, record: { ...newGroupRecord(plan.id, wave.number), title: waveName(wave) } },
            situation,
          ),
          labels: [LABEL.wave, waveLabel(wave.number)],
          parent: placeBelow(parent),
        }),
    );
  }
  if (!withTasks) return [];
  return due
    .sort((a, b) => Number(notStarted(a)) - Number(notStarted(b)) || a.task.wave - b.task.wave)
    .map(
      (view) => () =>
        create(`task:${view.task.id}`, {
          title: taskTitle(view.task),
          body: taskBodyOf(
            { ...view, record: { ...view.record, title: view.task.title, wave: view.task.wave } },
            situation,
          ),
          labels: [LABEL.task, waveLabel(view.task.wave)],
          parent: placeBelow(tracked.waves.get(view.task.wave)?.issue),
        }),
    );
}

/** @returns The number of an issue as long as one more may be put below it: what is above the limit stands for itself. */
function placesLeft(issues: readonly IssueView[]): (parent: IssueView | undefined) => number | undefined {
  const left = new Map<number, number>();
  return (parent) => {
    if (!parent) return undefined;
    const room = left.get(parent.number) ?? roomBelow(parent, issues);
    left.set(parent.number, room - 1);
    return room > 0 ? parent.number : undefined;
  };
}

function isWaveListed(tasks: readonly TaskView[]): boolean {
  return tasks.every(({ issue, state }) => issue === undefined && state === 'completed');
}

function notStarted({ state }: TaskView): boolean {
  return state === 'held';
}

function create(key: string, issue: Pick<CreateIssue, 'title' | 'body' | 'labels' | 'parent'>): CreateIssue {
  const body = fittedPart('', issue.body);
  return { kind: 'create-issue', key: `issue:${key}`, ...issue, body, reason: 'the plan has no issue for it yet' };
}
