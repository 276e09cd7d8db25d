import type { LongestPaths } from '../../plan/critical-path.ts';
import type { Wave } from '../../plan/plan.ts';
import { waveName } from '../../plan/waves.ts';
import { fittedPart } from '../../state/body-room.ts';
import type { IssueRecords } from '../../state/issue-records.ts';
import { LABEL, waveLabel } from '../../state/names.ts';
import { pastOfNewPlan } from '../../state/past-plans.ts';
import { newGroupRecord } from '../../state/record.ts';
import type { Situation } from '../../state/situation.ts';
import type { IssueView } from '../../state/snapshot.ts';
import { roomBelow } from '../../state/sub-issues.ts';
import { mayStart, priorityIn, type TaskView } from '../../state/task-view.ts';
import type { Timings } from '../../state/timings.ts';
import { planTitle, taskTitle } from '../../state/tracked-issues.ts';
import { NOTHING_EXPECTED, planBodyOf, taskBodyOf, waveBodyOf } from '../../text/bodies.ts';
import { contentRoom } from './content-room.ts';
import type { CreateIssue, CreateLabel, Effect } from './effect.ts';

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

export type CreateIssuesInput = Situation & {
  /** Something is started: tasks get issues. */
  readonly withTasks: boolean;
  readonly timings: Pick<Timings, 'contentMinute'>;
  readonly derivations: IssueRecords;
  /** By place in the plan: minutes from the start of a task to the end of everything behind it. */
  readonly longestPaths: Pick<LongestPaths, 'minutes'>;
};

/**
 * Labels first, then the plan issue, then waves, then tasks: each needs what comes before it to exist. Tasks that may start at
 * once go before everything but what they need, so that no dispatch waits for thousands of others.
 */
export function createIssues(situation: CreateIssuesInput): IssueCreation {
  const { snapshot, timings } = situation;
  const labels = createLabels(situation);
  if (labels.length > 0) return { effects: labels, wakeAt: snapshot.now };
  const desired = desiredIssues(situation);
  if (desired.length === 0) return { effects: [], wakeAt: undefined };
  const room = contentRoom(snapshot, timings.contentMinute);
  const [urgent, others] = [desired.filter(isUrgent), desired.filter((issue) => !isUrgent(issue))];
  const first = urgent.slice(0, room.urgent.count);
  const chosen = new Set([...first, ...others.slice(0, Math.max(0, room.others.count - first.length))]);
  const effects = desired.filter((issue) => chosen.has(issue)).map(({ write }) => write());
  // What was made now may be dispatched, or let more be made.
  if (effects.length > 0) return { effects, wakeAt: snapshot.now };
  return { effects, wakeAt: urgent.length > 0 ? room.urgent.at : room.others.at };
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

interface DesiredIssue {
  /** Without it something that may start now cannot. */
  readonly isUrgent: boolean;
  /** Called only once it is sure that the issue is made now: a plan may have thousands. */
  readonly write: () => CreateIssue;
}

function isUrgent(issue: DesiredIssue): boolean {
  return issue.isUrgent;
}

/** In the order in which those that are made at once are made. */
function desiredIssues(situation: CreateIssuesInput): readonly DesiredIssue[] {
  const { plan, tracked, tasks, byWave, withTasks } = situation;
  if (!tracked.plan) {
    if (tracked.unseen.plan) return [];
    // Nothing of this plan is on the base yet.
    const past = pastOfNewPlan(situation);
    const known = { head: situation.snapshot.repository.head, ...(past === undefined ? {} : { past }) };
    const record = { ...newGroupRecord(plan.id), title: planTitle(plan), ...known };
    const body = () => planBodyOf(situation)({ record, expected: NOTHING_EXPECTED });
    const write = () =>
      create('plan', { title: planTitle(plan), body: body(), labels: [LABEL.plan], parent: undefined });
    return [{ isUrgent: true, write }];
  }
  const waves = plan.waves.filter(
    ({ number }) =>
      !tracked.waves.has(number) && !tracked.unseen.waves.has(number) && !isWaveListed(byWave.get(number) ?? []),
  );
  // A task that is listed as completed needs no issue, nor does a wave of such tasks: nobody starts or follows it there.
  const due = withTasks
    ? tasks.filter(
        ({ task, issue, state }) => issue === undefined && state !== 'completed' && !tracked.unseen.tasks.has(task.id),
      )
    : [];
  if (waves.length + due.length === 0) return [];
  const soon = soonStarted(due, situation);
  const above = new Set([...soon].map(({ task }) => task.wave));
  const placeBelow = placesLeft(situation.snapshot.issues);
  const ofWaves = waves.map((wave) => ({
    isUrgent: above.has(wave.number),
    write: () => createWave(wave, situation, placeBelow),
  }));
  // The number of its wave is what a task is put below.
  if (ofWaves.some(isUrgent)) return ofWaves;
  const missing = new Set(waves.map(({ number }) => number));
  const ofTasks = due
    .filter(({ task }) => !missing.has(task.wave))
    .sort((a, b) => Number(notStarted(a)) - Number(notStarted(b)) || a.task.wave - b.task.wave)
    .map((view) => ({ isUrgent: soon.has(view), write: () => createTask(view, situation, placeBelow) }));
  return [...ofWaves, ...ofTasks];
}

/** Tasks that an issue is all that is missing for, as many as slots may be given to before the next pass. */
function soonStarted(due: readonly TaskView[], situation: CreateIssuesInput): ReadonlySet<TaskView> {
  const { tasks, config } = situation;
  const most = 2 * config.max_parallel - tasks.filter(mayStart).length;
  const ready = due.filter(({ state }) => state === 'ready').sort(byRank(situation));
  return new Set(ready.slice(0, Math.max(0, most)));
}

/** As slots are given to those that are ready. */
function byRank({ graph, longestPaths }: CreateIssuesInput): (a: TaskView, b: TaskView) => number {
  const placeOf = ({ task }: TaskView) => graph.places.get(task.id) ?? -1;
  const rank = (view: TaskView) => longestPaths.minutes[placeOf(view)] ?? 0;
  return (a, b) => priorityIn(b) - priorityIn(a) || rank(b) - rank(a) || placeOf(a) - placeOf(b);
}

type PlaceBelow = ReturnType<typeof placesLeft>;

function createWave(wave: Wave, situation: Situation, placeBelow: PlaceBelow): CreateIssue {
  const { plan, tracked } = situation;
  const record = { ...newGroupRecord(plan.id, wave.number), title: waveName(wave) };
  return create(`wave:${wave.number}`, {
    title: waveName(wave),
    body: waveBodyOf({ wave, record }, situation),
    labels: [LABEL.wave, waveLabel(wave.number)],
    parent: placeBelow(tracked.plan?.issue),
  });
}

function createTask(view: TaskView, situation: Situation, placeBelow: PlaceBelow): CreateIssue {
  const { task, record } = view;
  return create(`task:${task.id}`, {
    title: taskTitle(task),
    body: taskBodyOf({ ...view, record: { ...record, title: task.title, wave: task.wave } }, situation),
    labels: [LABEL.task, waveLabel(task.wave)],
    parent: placeBelow(situation.tracked.waves.get(task.wave)?.issue),
  });
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
