import type { Task } from '../../plan/plan.ts';
import { inline } from '../../state/markdown.ts';
import { LABEL, waveLabel } from '../../state/names.ts';
import type { Situation } from '../../state/situation.ts';
import type { IssueView, Snapshot } from '../../state/snapshot.ts';
import type { TrackedIssues } from '../../state/tracked-issues.ts';
import { mayWrite } from '../../state/trust.ts';
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
  const groups = placeGroups(input);
  const placed = input.tasks.map(({ task }) => ({ task, effects: placeTask(task, input) }));
  const isMoved = placed.some(({ task, effects }) => effects.length > 0 && leftWave(task, input) !== undefined);
  return {
    effects: [...groups, ...placed.flatMap(({ effects }) => effects), ...tellOthers(input)],
    again: isMoved || groups.some(({ kind }) => kind === 'reopen-issue'),
  };
}

/** GitHub takes so many sub-issues below one issue, closed ones included. */
const MAX_SUB_ISSUES = 100;

function placeTask(task: Task, input: Following): readonly Effect[] {
  const { tracked, snapshot } = input;
  const issue = tracked.tasks.get(task.id)?.issue;
  if (!issue) return [];
  const own = issue.labels.includes(LABEL.task);
  const isInPlace = own && issue.labels.includes(waveLabel(task.wave));
  const wave = tracked.waves.get(task.wave)?.issue;
  const left = leftWave(task, input);
  if (isInPlace && left === undefined && (!issue.open || issue.parent !== undefined)) return [];
  if (!issue.open) return own ? [] : [label(issue, LABEL.task)];
  const isMoved =
    issue.parent === undefined || (left !== undefined && issue.parent === tracked.waves.get(left)?.issue.number);
  return [
    ...[LABEL.task, waveLabel(task.wave)]
      .filter((name) => !issue.labels.includes(name))
      .map((name) => label(issue, name)),
    ...(left !== undefined && issue.labels.includes(waveLabel(left)) ? [unlabel(issue, waveLabel(left))] : []),
    ...(wave && isMoved && issue.parent !== wave.number && hasRoom(wave, snapshot.issues) ? [adopt(issue, wave)] : []),
  ];
}

/** The wave that the record still tells of, where the plan has the task in another one. */
function leftWave({ id, wave }: Task, { before }: Following): number | undefined {
  const placed = before.tasks.get(id)?.record.wave;
  return placed === wave ? undefined : placed;
}

function placeGroups({ plan, snapshot, tracked }: Following): readonly Effect[] {
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
    if (top && issue.open && issue.parent === undefined) effects.push(adopt(issue, top));
    if (issue.closedAs === 'not_planned' && issue.closedBy === snapshot.app && !isRefusedByPerson(issue, snapshot))
      effects.push({
        kind: 'reopen-issue',
        key: `reopen:${issue.number}`,
        issue: issue.number,
        reason: 'the plan has the wave again',
      });
  }
  return effects;
}

/** The app closes once more what a person closed and somebody else opened: that it was last closed by the app says nothing. */
function isRefusedByPerson({ stateChanges }: IssueView, snapshot: Snapshot): boolean {
  const newest = stateChanges.findLast(({ by }) => by !== snapshot.app && mayWrite(by, snapshot));
  return newest?.to === 'not_planned';
}

function closeWave({ number }: IssueView): Effect {
  const reason = 'the plan has no such wave any more';
  return { kind: 'close-issue', key: `close:${number}`, issue: number, as: 'not_planned', reason };
}

function hasRoom({ number }: IssueView, issues: readonly IssueView[]): boolean {
  return issues.filter(({ parent }) => parent === number).length < MAX_SUB_ISSUES;
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

/** Somebody labelled another issue as a task that has one: said once. */
function tellOthers({ before, tracked }: Following): readonly Effect[] {
  return [...tracked.spare].flatMap(([id, issues]): readonly Effect[] => {
    const own = tracked.tasks.get(id)?.issue.number;
    const told = before.tasks.get(id)?.record.others ?? [];
    if (own === undefined) return [];
    return issues
      .filter(({ number }) => !told.includes(number))
      .map(({ number }) => ({
        kind: 'comment',
        key: `spare:${number}`,
        issue: number,
        body: `${inline(id)} has an issue already: #${own}. Labels and commands count there, and nothing is done for this one. To have it stand for a task, begin its title with the id of a task that has no issue.`,
        reason: `#${own} stands for the same`,
      }));
  });
}
