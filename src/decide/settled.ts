import type { Config } from '../plan/config.ts';
import type { TaskId } from '../plan/plan.ts';
import { type ActiveTasks, inOrderOfIssues } from '../state/active-tasks.ts';
import { issueByNumber } from '../state/issue-by-number.ts';
import type { LastPass } from '../state/last-pass.ts';
import type { KnownMatch, Matched } from '../state/match-again.ts';
import type { TaskRecord } from '../state/record.ts';
import type { Snapshot } from '../state/snapshot.ts';
import { isSteered } from '../state/steering.ts';
import type { TaskView } from '../state/task-view.ts';
import type { TrackedIssue, TrackedIssues } from '../state/tracked-issues.ts';
import type { Effect } from './effects/effect.ts';
import { issueOf } from './effects/plan-effects.ts';

/** Tasks at which a pass finds nothing to do, and when that is true no more. */

interface Given {
  readonly config: Config;
  readonly snapshot: Snapshot;
}

/** @returns Tasks at which there may be something to do now; undefined where every task has to be looked at. */
export function activeAfter(
  last: LastPass | undefined,
  { matched, config, snapshot }: Given & { readonly matched: Matched },
): ActiveTasks | undefined {
  const { comments, base, repository, pulls } = snapshot;
  if (!last || !matched.changed || last.config !== config) return undefined;
  // A reading of all of the base says of everything that landed whether it is there.
  if (last.url !== repository.url || base?.whole) return undefined;
  const commented = new Set(comments.map(({ issue }) => issue));
  const changed = new Set(matched.changed);
  const active: (readonly [TaskId, number])[] = [];
  for (let place = 0; place < last.tasks.length; place++) {
    const { task, issue, record } = last.tasks[place] as TaskView;
    const isHeardOf = commented.has(issue ?? Number.NaN) || (record.review && pulls?.has(record.review.pull));
    if (last.settled[place] === 0 || changed.has(task.id) || isHeardOf) active.push([task.id, place]);
  }
  return inOrderOfIssues(active, matched.tracked.tasks);
}

interface PassedInput extends Given {
  /** As GitHub shows it. */
  readonly seen: Snapshot;
  readonly last: LastPass | undefined;
  readonly match: KnownMatch;
  /** As the bodies are to be. */
  readonly tracked: TrackedIssues;
  readonly tasks: readonly TaskView[];
  readonly byWave: LastPass['byWave'];
  readonly holds: LastPass['holds'];
  readonly deferred: ReadonlyMap<TaskId, TaskId>;
  /** Out of budget. */
  readonly short: ReadonlyMap<TaskId, unknown> | undefined;
  readonly effects: readonly Effect[];
}

/** What this pass leaves to the next one. */
export function lastPassOf(input: PassedInput): LastPass {
  const { last, match, tracked, config, snapshot, tasks, byWave, holds } = input;
  const settled = (tracked.active && last?.settled.slice()) ?? new Uint8Array(tasks.length);
  const written = new Set(input.effects.map(issueOf));
  const commented = new Set(snapshot.comments.map(({ issue }) => issue));
  for (const place of tracked.active?.values() ?? tasks.keys()) {
    const view = tasks[place] as TaskView;
    const isBusy = written.has(view.issue) || commented.has(view.issue ?? Number.NaN);
    settled[place] = !isBusy && isSettled(view, input) ? 1 : 0;
  }
  return {
    seen: input.seen.issues,
    ...{ match, config, tasks, byWave, holds, settled },
    url: snapshot.repository.url,
  };
}

/** Its record says what it should, and neither time nor a run or the state of the base has a say in it. */
function isSettled(view: TaskView, { match, tracked, seen, holds, deferred, short }: PassedInput): boolean {
  const { task, record } = view;
  const one = tracked.tasks.get(task.id);
  const before = match.tracked.tasks.get(task.id);
  if (!one || one.record !== before?.record || one.issue !== before.issue || one.isFull) return false;
  const isAsSeen = issueByNumber(seen.issues, one.issue.number) === one.issue && one.issue.reopenedAt === undefined;
  if (!isAsSeen || isSteered(one) || record.wave !== task.wave) return false;
  if (deferred.has(task.id) || short?.has(task.id) || !isUneventful(record)) return false;
  return isOverForGood(view, one) || isUntouched(view, holds);
}

function isUneventful({ live, lost, revoked, waits, removed, history }: TaskRecord): boolean {
  const isPlain = [live, lost, revoked, waits, removed].every((event) => event === undefined);
  return isPlain && history.every(({ stopped, cause }) => stopped === undefined && cause?.kind !== 'setup');
}

function isOverForGood({ state, satisfied }: TaskView, { issue, record }: TrackedIssue<TaskRecord>): boolean {
  return state === 'completed' && satisfied && !issue.open && (!record.review || record.done !== undefined);
}

/** Nothing of it has ever run, so that no order to plan or wave speaks of it. What holds it holds all of its wave. */
function isUntouched({ task, state, reason, record }: TaskView, { waves }: LastPass['holds']): boolean {
  if (record.history.length > 0 || record.review) return false;
  return state === 'ready' || state === 'blocked' || (state === 'held' && reason === waves.get(task.wave));
}
