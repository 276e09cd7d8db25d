import type { Plan } from '../../plan/plan.ts';
import { waveName } from '../../plan/waves.ts';
import { amountText, keyOf, whoseText } from '../../state/budget-limits.ts';
import type { NoticeAbout } from '../../state/notice.ts';
import { isOver } from '../../state/satisfied.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import { anythingStarted } from '../../state/steering.ts';
import type { TaskView } from '../../state/task-view.ts';
import type { TrackedIssues } from '../../state/tracked-issues.ts';
import { isWaveFinished } from '../../text/group-body.ts';
import { plainText } from '../../text/plain-text.ts';
import { counted } from '../../text/words.ts';
import { areAllWavesMerged } from '../effects/wave-pulls.ts';

/** Something that people are told of when it begins to hold. */
export interface Condition {
  /** The same for as long as it holds. */
  readonly name: string;
  readonly about: NoticeAbout;
  /** Once it has begun it stays so: where nobody was told at the time, it is no news. */
  readonly isPast: boolean;
}

export interface ConditionsInput {
  readonly plan: Plan;
  readonly snapshot: Snapshot;
  readonly tracked: TrackedIssues;
  readonly tasks: readonly TaskView[];
  readonly byWave: ReadonlyMap<number, readonly TaskView[]>;
  /** Why nothing is dispatched at all: one line of Markdown. */
  readonly notice: string | undefined;
  /** Something changes by itself, at a moment that is known. */
  readonly isDue: boolean;
}

/** Everything that holds now, in the order in which it is told. */
export function conditions(input: ConditionsInput): readonly Condition[] {
  return [...needsPerson(input), ...stalled(input), ...budgets(input), ...wavesDone(input), ...planDone(input)];
}

/** A text of a person's, or one that has such texts in it, as far as it is shown. */
const MAX_TEXT = 300;

/** By the dispatch that failed: who was asked, and answered, is asked once more when the next one fails. */
function needsPerson({ tasks }: ConditionsInput): readonly Condition[] {
  return tasks.flatMap(({ task, state, issue, record, reason }): readonly Condition[] => {
    if (state !== 'needs-human' || issue === undefined) return [];
    const about = {
      event: 'needs-person',
      task: task.id,
      title: short(task.title),
      issue,
      reason: plain(reason),
    } as const;
    return [{ name: `needs-person:${issue}:${record.dispatch}`, about, isPast: false }];
  });
}

/** What a person holds, or has not started, waits as somebody wants it to: that alone is no stop. */
function stalled(input: ConditionsInput): readonly Condition[] {
  const { tasks, notice, isDue, snapshot, tracked } = input;
  if (isDue || tasks.some(goesOn) || !anythingStarted({ snapshot, tracked })) return [];
  const waiting = tasks.filter((view) => !isOver(view) && (STOPPED.has(view.state) || notice !== undefined));
  if (waiting.length === 0) return [];
  const reason = notice === undefined ? whatStops(waiting) : plain(notice);
  return [{ name: 'stalled', about: { event: 'stalled', waiting: waiting.length, reason }, isPast: false }];
}

const STOPPED: ReadonlySet<string> = new Set(['blocked', 'needs-human', 'lost', 'in-review']);

function goesOn(view: TaskView): boolean {
  const { state, until, satisfied } = view;
  return (
    state === 'running' ||
    state === 'ready' ||
    state === 'retrying' ||
    until !== undefined ||
    (isOver(view) && !satisfied)
  );
}

function whatStops(waiting: readonly TaskView[]): string {
  const count = (state: TaskView['state']) => waiting.filter((view) => view.state === state).length;
  const [asking, lost, reviewed, blocked] = [count('needs-human'), count('lost'), count('in-review'), count('blocked')];
  const parts = [
    ...(asking > 0 ? [`${counted(asking, 'task')} ${asking === 1 ? 'needs' : 'need'} a person`] : []),
    ...(lost > 0 ? [`the work of ${counted(lost, 'task')} is no longer on the base`] : []),
    ...(reviewed > 0 ? [`${counted(reviewed, 'task')} ${reviewed === 1 ? 'waits' : 'wait'} for a review`] : []),
    ...(blocked > 0 ? [`${counted(blocked, 'task')} ${blocked === 1 ? 'waits' : 'wait'} for others`] : []),
  ];
  return parts.join(', ');
}

/** As people are told on the plan issue. */
function budgets({ tracked }: ConditionsInput): readonly Condition[] {
  return (tracked.plan?.record.budget ?? []).map((told) => {
    const { limit, unit, level } = told;
    const of = `${amountText(limit, unit)} ${plainText(whoseText(told))}`;
    return { name: `${keyOf(told)}:${limit}:${level}`, about: { event: 'budget', percent: level, of }, isPast: false };
  });
}

function wavesDone({ plan, byWave }: ConditionsInput): readonly Condition[] {
  return plan.waves.flatMap((wave): readonly Condition[] => {
    const within = byWave.get(wave.number) ?? [];
    if (!isWaveFinished(within)) return [];
    const about = { event: 'wave-done', wave: wave.number, title: short(waveName(wave)), ...ends(within) } as const;
    return [{ name: `wave-done:${wave.number}`, about, isPast: true }];
  });
}

function planDone({ tasks, tracked }: ConditionsInput): readonly Condition[] {
  if (!isWaveFinished(tasks) || !areAllWavesMerged(tracked)) return [];
  return [{ name: 'plan-done', about: { event: 'plan-done', ...ends(tasks) }, isPast: true }];
}

function ends(tasks: readonly TaskView[]): { readonly completed: number; readonly skipped: number } {
  const completed = tasks.filter(({ state }) => state === 'completed').length;
  return { completed, skipped: tasks.length - completed };
}

function plain(markdown: string): string {
  return short(plainText(markdown));
}

function short(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`;
}
