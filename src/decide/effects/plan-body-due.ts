import type { LongestPaths } from '../../plan/critical-path.ts';
import type { Derivations } from '../../state/derivations.ts';
import { findOwnPart } from '../../state/own-part.ts';
import type { GroupRecord } from '../../state/record.ts';
import { isOver } from '../../state/satisfied.ts';
import type { Situation } from '../../state/situation.ts';
import { instant, millis } from '../../state/snapshot.ts';
import type { TaskView } from '../../state/task-view.ts';
import type { TrackedIssue } from '../../state/tracked-issues.ts';
import { NOTHING_EXPECTED, planBodyOf } from '../../text/bodies.ts';
import { type PlanBodyText, runningIn, withoutMoving } from '../../text/group-body.ts';
import type { Expected } from '../../text/plan-dashboard.ts';
import type { DecideInput } from '../decide-input.ts';
import { forecast } from '../schedule/forecast.ts';
import { foresee } from '../schedule/foresee.ts';
import type { TimelineEntry } from '../schedule/timeline.ts';

type Input = Situation & Pick<DecideInput, 'timings'>;

/** The body of the plan issue as it is to be. */
export interface PlanBody {
  readonly text: PlanBodyText;
  /** Epoch milliseconds of a later moment; undefined where it says what it should. */
  readonly due: 'now' | number | undefined;
}

/** @returns Undefined where the plan has no issue yet. */
export function planBodyIn(input: Input): PlanBody | undefined {
  const { plan } = input.tracked;
  if (!plan) return undefined;
  const text = planBodyOf(input);
  return { text, due: planBodyDue(plan, { ...input, text }) };
}

/**
 * When the body of the plan issue is to be written: at once where it says something else than it should, later where that
 * has only moved, as a task that starts; never for the time alone. What is expected follows from both, and is not compared:
 * foreseeing costs more than everything else here.
 */
function planBodyDue(
  { issue, record }: TrackedIssue<GroupRecord>,
  { snapshot, timings, text }: Input & Pick<PlanBody, 'text'>,
): PlanBody['due'] {
  const own = findOwnPart(issue.body);
  const part = text({ record, expected: NOTHING_EXPECTED });
  if (own === undefined || issue.writer !== snapshot.app || withoutMoving(own) !== withoutMoving(part)) return 'now';
  if (runningIn(own) === runningIn(part)) return undefined;
  const at = millis(issue.editedAt ?? issue.createdAt) + timings.progressEvery;
  return at <= snapshot.now ? 'now' : at;
}

interface ExpectedInput extends Pick<Input, 'plan' | 'graph' | 'config' | 'tasks' | 'byWave'> {
  readonly longestPaths?: LongestPaths;
  readonly derivations?: Derivations;
}

/** What the pace so far makes of the rest; when the plan ended, once it has. */
export function expectedOf({
  plan,
  graph,
  config,
  longestPaths: paths,
  tasks,
  byWave,
  derivations,
}: ExpectedInput): Expected {
  const slots = config.max_parallel;
  if (tasks.every(isOver)) return { finish: forecast({ plan, tasks, slots }).expectedFinish, unforeseen: 0, next: [] };
  const { expected, foreseen } = foresee({ plan, graph, paths, tasks, byWave, known: derivations, slots });
  let last = Number.NEGATIVE_INFINITY;
  for (const { end } of expected) last = Math.max(last, end);
  let unforeseen = 0;
  for (let place = 0; place < tasks.length; place++)
    if (foreseen[place] === 0 && !isOver(tasks[place] as TaskView)) unforeseen++;
  return { finish: expected.length === 0 ? undefined : instant(last), unforeseen, next: nextOf(expected, tasks) };
}

const MAX_NEXT = 5;

/** What starts next, to the second; of what starts in the same one the first in the plan. */
function nextOf(expected: readonly TimelineEntry[], tasks: readonly TaskView[]): Expected['next'] {
  const second = (at: number) => Math.floor(at / 1_000);
  const starting: TimelineEntry[] = [];
  for (const entry of expected) {
    const { state } = tasks[entry.place] as TaskView;
    if (state === 'running' || state === 'in-review') continue;
    const last = starting[MAX_NEXT - 1];
    if (last && second(entry.start) > second(last.start)) break;
    starting.push(entry);
  }
  return starting
    .sort((a, b) => second(a.start) - second(b.start) || a.place - b.place)
    .slice(0, MAX_NEXT)
    .map(({ place, start }) => ({ view: tasks[place] as TaskView, start: instant(start) }));
}
