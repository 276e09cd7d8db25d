import { indexJobs } from '../../decide/schedule/search/indexed-jobs.ts';
import { ListScheduler } from '../../decide/schedule/search/list-scheduler.ts';
import { setPriorities } from '../../decide/schedule/search/search.ts';
import { buildGraph } from '../../plan/graph.ts';
import type { Plan, Task } from '../../plan/plan.ts';
import { type Ranks, ranksOf } from './ranks.ts';

/**
 * How long the plan would take if every wave were a barrier: no task starts before all earlier waves have ended. Within
 * a wave tasks wait for each other as ever, and of those that could start the one with the longest path through the plan
 * does.
 *
 * @returns Minutes; undefined where a task waits for one of a later wave, which would never end.
 */
export function strictWaves(plan: Plan, slots: number): number | undefined {
  const waveOf = new Map(plan.tasks.map(({ id, wave }) => [id, wave]));
  if (plan.tasks.some(({ wave, dependencies }) => dependencies.some((id) => (waveOf.get(id) ?? wave) > wave))) {
    return undefined;
  }
  const ranks = ranksOf(plan, buildGraph(plan));
  const within = new Map<number, Task[]>();
  for (const task of plan.tasks) {
    const dependencies = task.dependencies.filter((id) => waveOf.get(id) === task.wave);
    const wave = within.get(task.wave) ?? [];
    within.set(task.wave, wave);
    wave.push({ ...task, dependencies });
  }
  return [...within.values()].reduce((sum, tasks) => sum + minutesOf(tasks, { ranks, slots }), 0);
}

function minutesOf(
  tasks: readonly Task[],
  { ranks: { byId, longest }, slots }: { readonly ranks: Ranks; readonly slots: number },
): number {
  const work = indexJobs(
    tasks.map(({ id, minutes, dependencies, touches }, place) => ({
      id,
      place,
      minutes,
      touches,
      needs: dependencies,
      rank: byId.get(id) ?? 0,
      // A ready job waits for its needs all the same; a later one would never start at once.
      state: 'ready',
    })),
  );
  const priorities = setPriorities(new Float64Array(work.jobs.length), { jobs: work.jobs, order: 0, longest });
  return new ListScheduler(work, { slots }).run(priorities);
}
