import { type KeptOfWaves, ofEachWave, ofWave } from './by-wave.ts';
import { isOver } from './satisfied.ts';
import { type Shade, shadeOf } from './shade.ts';
import type { TaskView } from './task-view.ts';

/** How many tasks stand how. */
export interface Tally {
  readonly tasks: number;
  /** Of which nothing is left to do. */
  readonly over: number;
  /** Without those of which there are none. */
  readonly shades: ReadonlyMap<Shade, number>;
  /** A person says in the plan that they are done: how many, and minutes of work by estimate. */
  readonly listed: number;
  readonly listedMinutes: number;
}

export function tallyOf(tasks: readonly TaskView[]): Tally {
  const shades = new Map<Shade, number>();
  let [over, listed, listedMinutes] = [0, 0, 0];
  for (const view of tasks) {
    const shade = shadeOf(view);
    shades.set(shade, (shades.get(shade) ?? 0) + 1);
    if (isOver(view)) over++;
    if (view.state !== 'completed' || !view.record.listed) continue;
    listed++;
    listedMinutes += view.task.minutes;
  }
  return { tasks: tasks.length, over, shades, listed, listedMinutes };
}

/** Of the tasks of one wave, found anew only where something is another than before. */
export function tallyOfWave(tasks: readonly TaskView[], kept: KeptOfWaves<Tally>): Tally {
  return ofWave(tasks, { kept, find: tallyOf });
}

/** Of all waves together, from what is known of each. */
export function tallyOfWaves(byWave: ReadonlyMap<number, readonly TaskView[]>, kept: KeptOfWaves<Tally>): Tally {
  return sumOf(ofEachWave(byWave, { kept, find: tallyOf }));
}

function sumOf(tallies: readonly Tally[]): Tally {
  const shades = new Map<Shade, number>();
  for (const tally of tallies)
    for (const [shade, count] of tally.shades) shades.set(shade, (shades.get(shade) ?? 0) + count);
  const sum = (of: 'tasks' | 'over' | 'listed' | 'listedMinutes') => tallies.reduce((all, tally) => all + tally[of], 0);
  return {
    tasks: sum('tasks'),
    over: sum('over'),
    shades,
    listed: sum('listed'),
    listedMinutes: sum('listedMinutes'),
  };
}
