import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildGraph, reach, type TaskNode } from '../../src/plan/graph.ts';
import type { TaskId } from '../../src/plan/plan.ts';
import { id, loaded } from './loaded.ts';
import { planText, randomTasks } from './random-plan.ts';

const plans = randomTasks(25).map((tasks) => loaded(planText(tasks)));

describe('the order', () => {
  it('has every task once, after all of its dependencies', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const { order } = buildGraph(plan);

        const place = new Map(order.map((task, index) => [task, index]));
        expect(place.size).toBe(plan.tasks.length);
        for (const task of plan.tasks) {
          for (const dependency of task.dependencies) {
            expect(place.get(dependency)).toBeLessThan(place.get(task.id) ?? -1);
          }
        }
      }),
    );
  });

  it('is that of the file where the file already respects the dependencies', () => {
    const graph = buildGraph({ tasks: nodes({ B: [], A: [], D: ['B'], C: ['A', 'D'] }) });

    expect(graph.order).toEqual(['B', 'A', 'D', 'C']);
  });

  it('moves a dependency that stands later in the file before the first task that needs it', () => {
    const graph = buildGraph({ tasks: nodes({ C: ['B', 'A'], X: [], A: [], B: ['A'] }) });

    expect(graph.order).toEqual(['A', 'B', 'C', 'X']);
  });
});

describe('the reduction', () => {
  it('leaves out edges that another dependency implies, however long the way round', () => {
    const graph = buildGraph({ tasks: nodes({ A: [], B: ['A'], C: ['B'], D: ['A', 'C', 'B'], E: ['A', 'D'] }) });

    expect(Object.fromEntries(graph.reduced)).toEqual({ A: [], B: ['A'], C: ['B'], D: ['C'], E: ['D'] });
  });

  it('keeps exactly what is reachable, and every edge that it keeps is needed', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const { reduced } = buildGraph(plan);
        const full = new Map(plan.tasks.map((task) => [task.id, task.dependencies]));

        for (const task of plan.tasks) {
          expect(reach(task.id, (from) => reduced.get(from))).toEqual(reach(task.id, (from) => full.get(from)));
          for (const kept of reduced.get(task.id) ?? []) {
            const without = (from: TaskId) =>
              from === task.id ? (reduced.get(from) ?? []).filter((other) => other !== kept) : reduced.get(from);
            expect(reach(task.id, without).has(kept)).toBe(false);
          }
        }
      }),
    );
  });

  it('works across the 32 tasks that share a word of bits', () => {
    const tasks = Array.from({ length: 100 }, (_, index) => ({
      id: id(`T-${index}`),
      dependencies: index === 0 ? [] : [...new Set([id('T-0'), id(`T-${index - 1}`)])],
    }));

    const { reduced } = buildGraph({ tasks });

    expect([...reduced.values()].slice(1)).toEqual(tasks.slice(0, -1).map((task) => [task.id]));
  });
});

describe('dependents and depth', () => {
  it('name who waits for a task in file order, and how long the chain before it is', () => {
    const graph = buildGraph({ tasks: nodes({ D: ['C', 'A'], B: ['A'], A: [], C: ['B'] }) });

    expect(graph.dependents.get(id('A'))).toEqual(['D', 'B']);
    expect(graph.dependents.get(id('D'))).toEqual([]);
    expect(Object.fromEntries(graph.depth)).toEqual({ A: 1, B: 2, C: 3, D: 4 });
  });
});

describe('what is not a plan', () => {
  it('throws on a cycle and on an unknown dependency', () => {
    expect(() => buildGraph({ tasks: nodes({ A: ['B'], B: ['A'] }) })).toThrow('B and A wait for each other');
    expect(() => buildGraph({ tasks: nodes({ A: ['B'] }) })).toThrow('A depends on B, which is not in the plan');
  });
});

describe('large plans', () => {
  it('a chain of 20,000 tasks does not exhaust the stack', () => {
    const tasks = Array.from({ length: 20_000 }, (_, index) => ({
      id: `T-${index}`,
      title: 'Title',
      dependencies: index === 19_999 ? [] : [`T-${index + 1}`],
    }));

    const { order, depth } = buildGraph(loaded(planText(tasks)));

    expect(order[0]).toBe('T-19999');
    expect(depth.get(id('T-0'))).toBe(20_000);
  });

  it('orders 10,000 tasks with 15,000 dependencies', () => {
    const tasks = Array.from({ length: 10_000 }, (_, index) => ({
      id: id(`T-${index}`),
      dependencies: [...new Set([(index * 7919) % index, index % 2 ? (index * 31) % index : Number.NaN])]
        .filter((at) => !Number.isNaN(at))
        .map((at) => id(`T-${at}`)),
    }));

    const { order } = buildGraph({ tasks });

    expect(order).toHaveLength(10_000);
  });
});

function nodes(dependencies: Record<string, readonly string[]>): readonly TaskNode[] {
  return Object.entries(dependencies).map(([name, before]) => ({ id: id(name), dependencies: before.map(id) }));
}
