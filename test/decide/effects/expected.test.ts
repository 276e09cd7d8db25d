import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expectedOf } from '../../../src/decide/effects/plan-body-due.ts';
import { forecast } from '../../../src/decide/schedule/forecast.ts';
import { loadConfig } from '../../../src/plan/config.ts';
import { buildGraph } from '../../../src/plan/graph.ts';
import type { Task } from '../../../src/plan/plan.ts';
import { byWave } from '../../../src/state/by-wave.ts';
import type { TaskView } from '../../../src/state/task-view.ts';
import { at, completed, planOf, running, viewOf } from '../../progress/views.ts';

const loaded = loadConfig(undefined);
if (!loaded.ok) throw new Error('the usual configuration is broken');
const { config } = loaded;

const KINDS = ['completed', 'running', 'in-review', 'needs-human', 'skipped', 'rest'] as const;

function view(task: Task, { kind, minute }: { kind: (typeof KINDS)[number]; minute: number }): TaskView {
  switch (kind) {
    case 'completed':
      return completed(task, { from: minute, to: minute + task.minutes, slot: 'A1', issue: 7 });
    case 'running':
      return running(task, { from: minute, slot: 'A2', issue: 8 });
    case 'in-review':
    case 'needs-human':
    case 'skipped':
      return viewOf(task, { state: kind, startedAt: at(minute) });
    default:
      return viewOf(task, { state: task.dependencies.length > 0 ? 'blocked' : 'ready' });
  }
}

it('expects on the plan issue what the time line of the plan shows', () => {
  const row = fc.record({
    minutes: fc.integer({ min: 1, max: 90 }),
    need: fc.nat(),
    kind: fc.constantFrom(...KINDS),
    minute: fc.nat(300),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (rows) => {
      const plan = planOf(
        'P',
        rows.map(({ minutes, need }, nth) => ({
          id: `T${nth}`,
          minutes,
          dependencies: nth === 0 || need % 3 === 0 ? [] : [`T${need % nth}`],
        })),
      );
      const tasks = plan.tasks.map((task, nth) => view(task, rows[nth] ?? { kind: 'rest', minute: 0 }));

      const { finish, unforeseen, next } = expectedOf({
        plan,
        graph: buildGraph(plan),
        config,
        tasks,
        byWave: byWave(tasks),
      });

      const shown = forecast({ plan, tasks, slots: config.max_parallel });
      const begun = new Set(tasks.flatMap(({ task, state }) => (/^(running|in-review)$/.test(state) ? [task.id] : [])));
      const starting = shown.bars.filter(({ task, actual }) => !actual && !begun.has(task)).slice(0, 5);
      expect(finish).toBe(shown.expectedFinish);
      expect(unforeseen).toBe(shown.unforeseen.length);
      expect(next.map((one) => [one.view.task.id, one.start])).toEqual(
        starting.map(({ task, start }) => [task, start]),
      );
    }),
    { numRuns: 500 },
  );
});
