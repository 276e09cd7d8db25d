import type { TaskId } from '../../plan/plan.ts';
import type { NumberedTasks } from './numbered-tasks.ts';

/** When a task can run among some others, in minutes from the start of the first of them. */
export interface EarliestRun {
  readonly id: TaskId;
  readonly start: number;
  readonly end: number;
  /** How many of the others, itself included, run one after the other until it is done: 1 for the first. */
  readonly place: number;
  /** The one of the others that it waits for longest, if for any. */
  readonly after: TaskId | undefined;
}

/**
 * What the dependencies allow among some tasks when nothing else holds them up: each starts as soon as those of them
 * that it waits for are done, directly or through tasks outside, whose time counts then.
 */
export function earliestSchedule(
  members: readonly TaskId[],
  { ids, numbers, needs, minutes }: NumberedTasks,
): readonly EarliestRun[] {
  const wanted = new Set(members.map((id) => numbers.get(id)));
  const ends = new Float64Array(ids.length);
  const places = new Int32Array(ids.length);
  const lastMember = new Int32Array(ids.length).fill(-1);
  const slots = new Map<TaskId, EarliestRun>();
  for (const [task, id] of ids.entries()) {
    let start = 0;
    let place = 0;
    let after = -1;
    for (const need of needs[task] ?? []) {
      if ((lastMember[need] ?? -1) === -1) continue;
      place = Math.max(place, places[need] ?? 0);
      if (after !== -1 && (ends[need] ?? 0) <= start) continue;
      start = ends[need] ?? 0;
      after = lastMember[need] ?? -1;
    }
    const member = wanted.has(task);
    if (!member && after === -1) continue;
    ends[task] = start + (minutes[task] ?? 0);
    places[task] = place + (member ? 1 : 0);
    lastMember[task] = member ? task : after;
    if (member) slots.set(id, { id, start, end: ends[task] ?? 0, place: place + 1, after: ids[after] });
  }
  return members.flatMap((id) => slots.get(id) ?? []);
}

/** Minutes until the last of them is done. */
export function span(slots: readonly EarliestRun[]): number {
  return slots.reduce((latest, { end }) => Math.max(latest, end), 0);
}

/** Most that run at the same moment. One that ends as another starts does not run beside it. */
export function peak(slots: readonly EarliestRun[]): number {
  const moments = slots
    .flatMap(({ start, end }) => [
      { at: start, by: 1 },
      { at: end, by: -1 },
    ])
    .sort((a, b) => a.at - b.at || a.by - b.by);
  let running = 0;
  let most = 0;
  for (const { by } of moments) {
    running += by;
    most = Math.max(most, running);
  }
  return most;
}
