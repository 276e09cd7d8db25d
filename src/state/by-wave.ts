import type { TaskView } from './task-view.ts';

/** Tasks by the number of their wave, in plan order. */
export function byWave(tasks: readonly TaskView[]): ReadonlyMap<number, readonly TaskView[]> {
  const waves = new Map<number, TaskView[]>();
  for (const view of tasks) {
    const wave = waves.get(view.task.wave);
    if (wave) wave.push(view);
    else waves.set(view.task.wave, [view]);
  }
  return waves;
}
