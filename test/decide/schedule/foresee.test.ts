import { describe, expect, it } from 'vitest';
import { foresee } from '../../../src/decide/schedule/foresee.ts';
import { longestPaths } from '../../../src/plan/critical-path.ts';
import { buildGraph } from '../../../src/plan/graph.ts';
import { byWave } from '../../../src/state/by-wave.ts';
import { newDerivations } from '../../../src/state/derivations.ts';
import { planOf, viewOf } from '../../progress/views.ts';

describe('what is foreseen of one plan again and again', () => {
  it('follows the priorities that people give and take back', () => {
    const plan = planOf('P', [
      { id: 'LONG', minutes: 90 },
      { id: 'SHORT', minutes: 10 },
    ]);
    const graph = buildGraph(plan);
    const paths = longestPaths(plan, graph);
    const known = newDerivations();
    const first = (priority?: number) => {
      const tasks = plan.tasks.map((task) => {
        const record = task.id === 'SHORT' && priority !== undefined ? { priority } : {};
        return viewOf(task, { record });
      });
      const given = { plan, graph, paths, tasks, byWave: byWave(tasks), known, slots: 1, asOf: 0 };
      return foresee(given).expected.map(({ place }) => plan.tasks[place]?.id);
    };

    expect(first()).toEqual(['LONG', 'SHORT']);
    expect(first(1)).toEqual(['SHORT', 'LONG']);
    expect(first()).toEqual(['LONG', 'SHORT']);
  });
});
