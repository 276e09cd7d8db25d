import type { TaskView } from './task-view.ts';

/** What waves came to, kept with their tasks, and what else it was found from. */
export type KeptOfWaves<Found> = WeakMap<readonly TaskView[], { readonly given: unknown; readonly found: Found }>;

interface Finding<Found> {
  readonly kept?: KeptOfWaves<Found> | undefined;
  /** What else it is found from. */
  readonly given?: unknown;
  readonly find: (tasks: readonly TaskView[]) => Found;
}

/** @returns What each wave comes to. It is found anew of those alone in which something is another than before. */
export function ofEachWave<Found>(
  byWave: ReadonlyMap<number, readonly TaskView[]>,
  finding: Finding<Found>,
): readonly Found[] {
  return Array.from(byWave.values(), (tasks) => ofWave(tasks, finding));
}

/** The same of one wave. */
export function ofWave<Found>(tasks: readonly TaskView[], { kept, given, find }: Finding<Found>): Found {
  const known = kept?.get(tasks);
  if (known && known.given === given) return known.found;
  const found = find(tasks);
  kept?.set(tasks, { given, found });
  return found;
}

/** Tasks by the number of their wave, in plan order. */
export function byWave(tasks: readonly TaskView[], before?: ByWave): ReadonlyMap<number, readonly TaskView[]> {
  if (before) return withChangedWaves(tasks, before);
  const waves = new Map<number, TaskView[]>();
  for (const view of tasks) {
    const wave = waves.get(view.task.wave);
    if (wave) wave.push(view);
    else waves.set(view.task.wave, [view]);
  }
  return waves;
}

/** What was found of the same plan before. */
interface ByWave {
  readonly tasks: readonly TaskView[];
  readonly byWave: ReadonlyMap<number, readonly TaskView[]>;
}

/** A wave without another view is the same value: by it is known what was found of the wave before. */
function withChangedWaves(tasks: readonly TaskView[], before: ByWave): ByWave['byWave'] {
  const changed = new Map<TaskView, TaskView>();
  for (let place = 0; place < tasks.length; place++) {
    const [then, now] = [before.tasks[place] as TaskView, tasks[place] as TaskView];
    if (then !== now) changed.set(then, now);
  }
  const waves = new Map(before.byWave);
  for (const number of new Set(Array.from(changed.keys(), ({ task }) => task.wave)))
    waves.set(
      number,
      (waves.get(number) ?? []).map((view) => changed.get(view) ?? view),
    );
  return waves;
}
