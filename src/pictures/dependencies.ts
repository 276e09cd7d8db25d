import type { Plan, TaskId } from '../plan/plan.ts';

/** What pictures of plans show of dependencies, whatever draws them. */

/** For each task of the critical path but the last, the next one. */
export function criticalEdges(path: readonly TaskId[]): ReadonlyMap<TaskId, TaskId> {
  return new Map(path.flatMap((id, index) => (path[index + 1] === undefined ? [] : [[id, path[index + 1] ?? id]])));
}

/** Which waves have tasks that wait for tasks of another, with the number of such dependencies; as they are met. */
export function waveEdges(
  plan: Pick<Plan, 'tasks'>,
): readonly { readonly from: number; readonly to: number; readonly count: number }[] {
  const waveOf = new Map(plan.tasks.map(({ id, wave }) => [id, wave]));
  const edges = new Map<string, { from: number; to: number; count: number }>();
  for (const { dependencies, wave: to } of plan.tasks) {
    for (const dependency of dependencies) {
      const from = waveOf.get(dependency);
      if (from === undefined || from === to) continue;
      const edge = edges.get(`${from} ${to}`);
      if (edge) edge.count++;
      else edges.set(`${from} ${to}`, { from, to, count: 1 });
    }
  }
  return [...edges.values()];
}
