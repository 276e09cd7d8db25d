import { criticalPath } from '../../src/plan/critical-path.ts';
import { buildGraph } from '../../src/plan/graph.ts';
import type { Plan, TaskId } from '../../src/plan/plan.ts';
import type { ProgressInput } from '../../src/progress/page.ts';
import type { TaskView } from '../../src/state/task-view.ts';
import { at, completed, past, running, viewOf } from './views.ts';

const SLOTS = 8;

/**
 * A plan about half way, as one sees it: what comes first in its graph is done, some of it runs, one task failed for good,
 * one is tried again, and the rest waits.
 */
export function halfWay(plan: Plan): ProgressInput {
  const graph = buildGraph(plan);
  const done = new Set(graph.order.slice(0, Math.floor(plan.tasks.length * 0.4)));
  const begun = graph.order.filter((id) => !done.has(id)).slice(0, SLOTS + 2);
  const [failed, retried, ...busy] = begun;
  const views = new Map<TaskId, TaskView>();
  for (const id of graph.order) {
    const nth = views.size;
    const task = plan.tasks[graph.places.get(id) ?? 0];
    if (!task) continue;
    const issue = nth + 20;
    const from = Math.floor(nth / SLOTS) * 90;
    const run = 9_000 + nth;
    const stuck = task.dependencies.some((need) => views.get(need)?.stuck || need === failed);
    const why = {
      attempt: 3,
      sent: at(from),
      ended: at(from + 60),
      agent: 'A1',
      outcome: 'verification',
      run,
    } as const;
    const view = done.has(id)
      ? completed(task, { from, to: from + Math.round(task.minutes * 0.8), slot: `A${1 + (nth % SLOTS)}`, issue })
      : id === failed
        ? viewOf(task, {
            state: 'needs-human',
            issue,
            startedAt: at(from),
            reason:
              'attempt 3 of 3 failed: `npm test` failed: 2 of 214 tests, first: adds a session twice; comment `/retry`',
            record: { attempt: 3, dispatch: 3, history: [past(why)] },
          })
        : id === retried
          ? viewOf(task, {
              state: 'retrying',
              issue,
              startedAt: at(from),
              reason: 'attempt 1 ended: `npm run lint` failed; tried again after 18:02',
              record: { attempt: 1, dispatch: 1, history: [past({ ...why, attempt: 1, agent: 'A2' })] },
            })
          : busy.includes(id)
            ? running(task, { from, slot: `A${1 + busy.indexOf(id)}`, issue, run })
            : task.dependencies.every((need) => done.has(need))
              ? viewOf(task, { state: 'ready', issue, reason: 'waits for a free slot' })
              : viewOf(task, { state: 'blocked', stuck, issue, reason: `waits for ${task.dependencies[0]}` });
    views.set(id, view);
  }
  return {
    plan,
    decision: {
      tasks: plan.tasks.flatMap(({ id }) => views.get(id) ?? []),
      notice: undefined,
      planIssue: 1,
      waveIssues: new Map(plan.waves.map(({ number }) => [number, number + 1] as const)),
      criticalPath: criticalPath(plan, graph),
    },
    slots: SLOTS,
    attempts: 3,
    repositoryUrl: 'https://github.com/acme/daw',
  };
}
