import type { Task, TaskId } from '../../plan/plan.ts';
import { activeViews } from '../../state/active-tasks.ts';
import { MAX_ADOPTED } from '../../state/body-room.ts';
import { inline } from '../../state/markdown.ts';
import { LABEL, waveLabel } from '../../state/names.ts';
import type { Duplicate } from '../../state/second-issues.ts';
import type { Situation } from '../../state/situation.ts';
import type { IssueView } from '../../state/snapshot.ts';
import { roomBelow } from '../../state/sub-issues.ts';
import type { TrackedIssues } from '../../state/tracked-issues.ts';
import { tooLongToAdopt } from '../../text/no-room.ts';
import type { Effect } from './effect.ts';

/** Labels and parents as the plan has them: an issue without them is one that nobody finds. */

interface Following extends Pick<Situation, 'plan' | 'tasks' | 'tracked' | 'snapshot'> {
  /** The records as they were. */
  readonly before: TrackedIssues;
}

export interface FollowedPlan {
  readonly effects: readonly Effect[];
  /** The next pass finds in place what is moved now, and goes on from there. */
  readonly again: boolean;
}

export function followPlan(input: Following): FollowedPlan {
  const effects = [...placeGroups(input)];
  let again = false;
  for (const { task } of activeViews(input)) {
    const placing = placeTask(task, input);
    if (placing.length === 0) continue;
    effects.push(...placing);
    again ||= leftWave(task, input) !== undefined;
  }
  return { effects, again };
}

const NOTHING: readonly Effect[] = [];

function placeTask(task: Task, input: Following): readonly Effect[] {
  const { tracked, snapshot } = input;
  const issue = tracked.tasks.get(task.id)?.issue;
  if (!issue) return [];
  const own = issue.labels.includes(LABEL.task);
  const isInPlace = own && issue.labels.includes(waveLabel(task.wave));
  const wave = tracked.waves.get(task.wave)?.issue;
  const left = leftWave(task, input);
  if (isInPlace && left === undefined && (!issue.open || issue.parent !== undefined)) return NOTHING;
  if (!issue.open) return own ? [] : [label(issue, LABEL.task)];
  const isMoved =
    issue.parent === undefined || (left !== undefined && issue.parent === tracked.waves.get(left)?.issue.number);
  return [
    ...[LABEL.task, waveLabel(task.wave)]
      .filter((name) => !issue.labels.includes(name))
      .map((name) => label(issue, name)),
    ...(left !== undefined && issue.labels.includes(waveLabel(left)) ? [unlabel(issue, waveLabel(left))] : []),
    ...(wave && isMoved && issue.parent !== wave.number && roomBelow(wave, snapshot.issues) > 0
      ? [adopt(issue, wave)]
      : []),
  ];
}

/** The wave that the record still tells of, where the plan has the task in another one. */
function leftWave({ id, wave }: Task, { before }: Following): number | undefined {
  const placed = before.tasks.get(id)?.record.wave;
  return placed === wave ? undefined : placed;
}

function placeGroups({ plan, tracked, snapshot }: Following): readonly Effect[] {
  const effects: Effect[] = [];
  const top = tracked.plan?.issue;
  if (top && !top.labels.includes(LABEL.plan)) effects.push(label(top, LABEL.plan));
  const planned = new Set(plan.waves.map(({ number }) => number));
  for (const [number, { issue }] of tracked.waves) {
    if (!planned.has(number)) {
      if (issue.open) effects.push(closeWave(issue));
      continue;
    }
    for (const name of [LABEL.wave, waveLabel(number)])
      if (!issue.labels.includes(name)) effects.push(label(issue, name));
    if (top && issue.open && issue.parent === undefined && roomBelow(top, snapshot.issues) > 0)
      effects.push(adopt(issue, top));
  }
  return effects;
}

function closeWave({ number }: IssueView): Effect {
  const reason = 'the plan has no such wave any more';
  return { kind: 'close-issue', key: `close:${number}`, issue: number, as: 'not_planned', reason };
}

function label({ number }: IssueView, name: string): Effect {
  const reason = 'it marks what the issue is';
  return { kind: 'add-labels', key: `mark:${number}:${name}`, issue: number, labels: [name], reason };
}

function unlabel({ number }: IssueView, name: string): Effect {
  const reason = 'the task is in another wave now';
  return { kind: 'remove-labels', key: `unmark:${number}:${name}`, issue: number, labels: [name], reason };
}

function adopt({ number }: IssueView, parent: IssueView): Effect {
  const reason = 'the plan has it there';
  return { kind: 'set-parent', key: `parent:${number}`, issue: number, parent: parent.number, reason };
}

/** There are further issues for what has one, which stay: said once on each. */
export function tellOthers({
  tasks,
  before,
  tracked,
}: Pick<Following, 'tasks' | 'before' | 'tracked'>): readonly Effect[] {
  if (tracked.spare.length === 0) return [];
  const records = tasks.flatMap(({ task: { id } }) => [
    { id, before: before.tasks.get(id)?.record.others, after: tracked.tasks.get(id)?.record.others },
  ]);
  const groups = { id: undefined, before: before.plan?.record.others, after: tracked.plan?.record.others };
  return [...records, groups].flatMap(({ id, ...others }) =>
    (others.after ?? [])
      .filter((number) => !others.before?.includes(number))
      .flatMap((number) => {
        const spare = tracked.spare.find(({ issue }) => issue.number === number);
        return spare ? [tell(spare, id)] : [];
      }),
  );
}

function tell({ issue: { number, body }, of }: Duplicate, id: TaskId | undefined): Effect {
  return {
    kind: 'comment',
    key: `spare:${number}`,
    issue: number,
    body: id !== undefined && body.length > MAX_ADOPTED ? tooLongToAdopt({ task: id, own: of }) : hasOneAlready(id, of),
    reason: `#${of} stands for the same`,
  };
}

function hasOneAlready(id: TaskId | undefined, of: number): string {
  const there = 'Labels and commands count there, and nothing is done for this one.';
  if (id === undefined) return `#${of} stands for the same already. ${there}`;
  return `${inline(id)} has an issue already: #${of}. ${there} To have it stand for a task, begin its title with the id of a task that has no issue.`;
}
