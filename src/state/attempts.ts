import type { Config } from '../plan/config.ts';
import type { Task } from '../plan/plan.ts';
import type { PastDispatch, TaskRecord } from './record.ts';
import { millis } from './snapshot.ts';

/** Outcomes that use up an attempt. */
const OUTCOMES_USING_AN_ATTEMPT: readonly PastDispatch['outcome'][] = [
  'completed',
  'verification',
  'agent',
  'conflict',
];

/** Whether a dispatch that ended so has used up its attempt. */
export function usesAttempt(outcome: PastDispatch['outcome']): boolean {
  return OUTCOMES_USING_AN_ATTEMPT.includes(outcome);
}

/** Slices that one attempt may have; a task that is not done by then is too large, or its agent is lost in it. */
export const MAX_SLICES = 20;

/** The number that the next attempt bears: the same again when the last dispatch used none up. */
export function nextAttempt(record: TaskRecord): number {
  return nextDispatch(record).attempt;
}

/** The numbers that the next dispatch bears: the next slice where the last one left work to go on with. */
export function nextDispatch(record: TaskRecord): Pick<PastDispatch, 'attempt' | 'slice'> {
  const last = record.history.at(-1);
  const attempt = Math.max(record.attempt, 1);
  if (!last) return { attempt, slice: 1 };
  if (continues(record)) return { attempt, slice: record.slice + 1 };
  // Work that people were shown and did not take is over.
  if (usesAttempt(last.outcome) || last.outcome === 'in-review') return { attempt: record.attempt + 1, slice: 1 };
  // What used no attempt up goes on as what it was: slices of one attempt never fall.
  return { attempt, slice: Math.max(record.slice, 1) };
}

/** The last dispatch did its part, and another one goes on with its work at once. */
export function continues({ history, review }: TaskRecord): boolean {
  const last = history.at(-1)?.outcome;
  return last === 'continued' || (last === 'in-review' && review !== undefined && review.closed === undefined);
}

/** Slices of the newest attempt in which its agent was not done; one whose work had no turn to land is none of them. */
export function slicesUsed({ history, attempt }: TaskRecord): number {
  return history.filter(
    (past) => past.attempt === attempt && past.outcome === 'continued' && past.cause?.kind !== 'base-busy',
  ).length;
}

/** A multiple of a short estimate would end honest work: no limit by the estimate is shorter (minutes). */
const MIN_ATTEMPT_MINUTES = 120;

/** What a run has at least that was dispatched all the same. */
const MIN_MINUTES = 1;

/** What an attempt that is under way may still take. */
export interface AttemptLeft {
  /** Minutes of its agent's work. */
  readonly minutes: number;
  /** Slices in a row that leave every file as it is, before the attempt has failed; at least one. */
  readonly stalledSlices: number;
}

/** How long the agent of one attempt at this task may work over all its slices, in minutes. */
export function attemptMinutes(
  { minutes }: Pick<Task, 'minutes'>,
  { attempt_limit: limit }: Pick<Config, 'attempt_limit'>,
): number {
  if ('minutes' in limit) return limit.minutes;
  return Math.max(MIN_ATTEMPT_MINUTES, limit.timesEstimate * minutes);
}

export function attemptLeft(
  record: Pick<TaskRecord, 'attempt' | 'history'>,
  { task, config }: { readonly task: Task; readonly config: Config },
): AttemptLeft {
  const slices = record.history.filter(({ attempt }) => attempt === record.attempt);
  const limit = attemptMinutes(task, config);
  const worked = slices.reduce((sum, slice) => sum + minutesOf(slice), 0);
  const moved = slices.findLastIndex(({ stalled }) => !stalled);
  return {
    minutes: worked < limit ? limit - worked : MIN_MINUTES,
    stalledSlices: Math.max(1, config.stalled_slices - (slices.length - 1 - moved)),
  };
}

/** What the agents of the newest attempt cost over all its slices (US dollars); undefined where none said so. */
export function attemptCost({ history, attempt }: Pick<TaskRecord, 'attempt' | 'history'>): number | undefined {
  const known = history.flatMap((past) => (past.attempt === attempt ? (past.cost_usd ?? []) : []));
  return known.length === 0 ? undefined : known.reduce((sum, cost) => sum + cost, 0);
}

/** A run that never told how long its agent worked may have spent its whole time on it, unless it came to nothing. */
function minutesOf({ outcome, seconds, sent, ended }: PastDispatch): number {
  if (seconds !== undefined) return seconds / 60;
  return outcome === 'continued' ? (millis(ended) - millis(sent)) / 60_000 : 0;
}
