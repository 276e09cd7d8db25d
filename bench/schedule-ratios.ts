import type { RemainingJob } from '../src/decide/schedule/search/indexed-jobs.ts';
import { searchOrder } from '../src/decide/schedule/search/search.ts';
import { longestPaths } from '../src/plan/critical-path.ts';
import { buildGraph } from '../src/plan/graph.ts';
import type { Plan } from '../src/plan/plan.ts';
import { bigPlanText, layeredPlan, planOf, referencePlan } from './plans.ts';

/** How long plans take by the search and by the longest path first, beside what no schedule can beat. */
export function showScheduleRatios(): void {
  console.log(
    `\nschedules from the first moment, in hours${' '.repeat(9)}agents   bound   longest path first        search`,
  );
  const layered = [
    { tasks: 30, width: 5, seed: 1 },
    { tasks: 60, width: 6, seed: 2 },
    { tasks: 120, width: 8, seed: 3 },
    { tasks: 500, width: 12, seed: 4 },
    { tasks: 2_500, width: 50, seed: 5 },
  ].map((shape) => layeredPlan(shape));
  const big = planOf(bigPlanText({ tasks: 10_000, dependencies: 15_000 }));
  const reference = { ...referencePlan(), name: 'the execution plan of the specification' };
  for (const slots of [8, 6, 4, 3]) showRow(reference, slots);
  for (const plan of layered) for (const slots of [8, 4]) showRow(plan, slots);
  showRow({ ...big, name: '10,000 tasks (too many to search)' }, 8);
}

function showRow(plan: Plan, slots: number): void {
  const { minutes, first } = longestPaths(plan, buildGraph(plan));
  const jobs = plan.tasks.map(
    (task, place): RemainingJob => ({
      id: task.id,
      place,
      minutes: task.minutes,
      rank: minutes[place] ?? 0,
      touches: task.touches,
      needs: task.dependencies,
      state: task.dependencies.length === 0 ? 'ready' : 'later',
    }),
  );
  const { bound, longestPathFirst, makespan } = searchOrder({ jobs, slots, longest: minutes[first] ?? 0 });
  const against = (time: number) => `${hours(time)} = ${(time / bound).toFixed(3)} × bound`;
  console.log(
    `  ${plan.name.padEnd(46)}${String(slots).padStart(6)}${hours(bound)}  ${against(longestPathFirst)}  ${against(makespan)}`,
  );
}

function hours(minutes: number): string {
  return (minutes / 60).toFixed(1).padStart(8);
}
