import type { Graph } from '../plan/graph.ts';
import type { Plan, TaskId } from '../plan/plan.ts';
import type { ActiveTasks } from './active-tasks.ts';
import type { HoldsFound } from './last-pass.ts';
import type { TaskView } from './task-view.ts';

/** Which tasks have to be looked at again, where something is known of all of them. */

/** In the same situation, with other records of some tasks; or in a pass before, when tasks may have been held otherwise. */
export type FoundBefore = { readonly tasks: readonly TaskView[] } & (
  | { readonly changed: ReadonlySet<TaskId>; readonly holds?: undefined }
  | { readonly changed?: undefined; readonly holds: HoldsFound }
);

interface DueInput {
  readonly plan: Plan;
  readonly graph: Graph;
  readonly tracked: { readonly active?: ActiveTasks | undefined };
  readonly before?: FoundBefore;
  readonly deferred?: ReadonlyMap<TaskId, TaskId>;
  readonly short?: ReadonlyMap<TaskId, unknown> | undefined;
  /** As they are now. */
  readonly holds: HoldsFound;
  /** Something holds tasks whatever wave they are in. */
  readonly isAnyHeld: boolean;
}

/** By place: 1 for each task that has to be looked at. */
export function placesDue(input: DueInput): Uint8Array {
  const { plan, graph, before, deferred, short, isAnyHeld } = input;
  const { waves, started } = input.holds;
  const due = new Uint8Array(plan.tasks.length);
  const changed = changedSince(input);
  if (!before || !changed || (before.holds && isAnyHeld)) return due.fill(1);
  for (const id of [...changed.keys(), ...(deferred?.keys() ?? []), ...(short?.keys() ?? [])])
    due[graph.places.get(id) ?? -1] = 1;
  if (!before.holds) return due;
  for (const id of [...started, ...before.holds.started]) due[graph.places.get(id) ?? -1] = 1;
  const then = before.holds.waves;
  const otherwise = new Set([...waves].flatMap(([wave, why]) => (then.get(wave) === why ? [] : [wave])));
  if (otherwise.size > 0) for (const [place, { wave }] of plan.tasks.entries()) if (otherwise.has(wave)) due[place] = 1;
  return due;
}

/** Tasks that may be found otherwise than before by themselves; undefined where any may. */
export function changedSince({
  before,
  tracked,
}: Pick<DueInput, 'before' | 'tracked'>): ReadonlySet<TaskId> | ActiveTasks | undefined {
  return before?.changed ?? (before && tracked.active);
}
