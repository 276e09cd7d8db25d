import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { criticalPath, lowerBound, remainingPath } from '../../src/plan/critical-path.ts';
import { buildGraph } from '../../src/plan/graph.ts';
import type { Plan, TaskId } from '../../src/plan/plan.ts';
import { id, loaded } from './loaded.ts';
import { planText, randomTasks } from './random-plan.ts';

const plans = randomTasks(10).map((tasks) => loaded(planText(tasks)));

describe('the critical path', () => {
  it('is as long as the longest of all chains, counted one by one', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const { path, minutes } = criticalPath(plan, buildGraph(plan));

        expect(minutes).toBe(Math.max(...plan.tasks.map(({ id }) => longestFrom(plan, id))));
        expect(minutesOf(plan, path)).toBe(minutes);
        for (const [index, step] of path.entries()) {
          if (index > 0) expect(task(plan, step).dependencies).toContain(path[index - 1]);
        }
      }),
    );
  });

  it('of two equally long chains is the one with fewer tasks, then the first in the file', () => {
    const plan = loaded(
      planText([
        { id: 'START', title: 'Title', estimate: 10 },
        { id: 'A-1', title: 'Title', estimate: 15, dependencies: ['START'] },
        { id: 'A-2', title: 'Title', estimate: 15, dependencies: ['A-1'] },
        { id: 'B-1', title: 'Title', estimate: 30, dependencies: ['START'] },
        { id: 'C-1', title: 'Title', estimate: 30, dependencies: ['START'] },
      ]),
    );

    expect(criticalPath(plan, buildGraph(plan))).toEqual({ path: ['START', 'B-1'], minutes: 40 });
  });

  it('follows better knowledge of how long tasks take', () => {
    const plan = loaded(
      planText([
        { id: 'A', title: 'Title', estimate: 10 },
        { id: 'B', title: 'Title', estimate: 20 },
      ]),
    );

    const found = criticalPath(plan, buildGraph(plan), ({ id, minutes }) => (id === 'A' ? 90 : minutes));

    expect(found).toEqual({ path: ['A'], minutes: 90 });
  });

  it('of a plan without tasks is empty', () => {
    const plan = loaded(planText([]));

    expect(criticalPath(plan, buildGraph(plan))).toEqual({ path: [], minutes: 0 });
    expect(lowerBound(plan, 8)).toBe(0);
  });
});

describe('the remaining path of a task', () => {
  it('counts its own estimate and the longest chain behind it', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const remaining = remainingPath(plan, buildGraph(plan));

        for (const { id } of plan.tasks) expect(remaining.get(id)).toBe(longestFrom(plan, id));
      }),
    );
  });
});

describe('the lower bound', () => {
  const plan = loaded(
    planText([
      { id: 'A', title: 'Title', estimate: 60 },
      { id: 'B', title: 'Title', estimate: 60 },
      { id: 'C', title: 'Title', estimate: 60 },
      { id: 'D', title: 'Title', estimate: 30, dependencies: ['A'] },
    ]),
  );

  it.each([
    [1, 210],
    [2, 105],
    [3, 90],
    [8, 90],
  ])('on %i slots is %i minutes: all work shared evenly, or the critical path', (slots, minutes) => {
    expect(lowerBound(plan, slots)).toBe(minutes);
  });
});

/** The definition itself, without memory: every chain is walked. */
function longestFrom(plan: Plan, from: TaskId): number {
  const behind = plan.tasks.filter(({ dependencies }) => dependencies.includes(from)).map(({ id }) => id);
  return task(plan, from).minutes + Math.max(0, ...behind.map((next) => longestFrom(plan, next)));
}

function minutesOf(plan: Plan, path: readonly TaskId[]): number {
  return path.reduce((sum, step) => sum + task(plan, step).minutes, 0);
}

function task(plan: Plan, wanted: TaskId) {
  const found = plan.tasks.find((each) => each.id === id(wanted));
  if (found === undefined) throw new Error(`no ${wanted}`);
  return found;
}
