import { expect, test } from 'vitest';
import { decisiveChain, type TaskRun } from '../../../src/cli/rehearse/decisive-chain.ts';
import { loadPlan } from '../../../src/plan/load.ts';
import type { Plan } from '../../../src/plan/plan.ts';

function planOf(needs: Readonly<Record<string, readonly string[]>>): Plan {
  const tasks = Object.entries(needs).map(([id, dependencies]) => ({ id, title: id, dependencies, estimate: 1 }));
  const loaded = loadPlan({ file: 'tasks.json', text: JSON.stringify({ name: 'Plan', tasks }) });
  if (!loaded.ok) throw new Error('the plan does not load');
  return loaded.plan;
}

interface Given {
  readonly created: number;
  readonly began: number;
  readonly reported?: number;
  readonly steps?: Readonly<Record<string, number>>;
}

let runs = 0;

function runOf(task: string, { created, began, reported, steps = {} }: Given): TaskRun {
  const timings = { run: ++runs, began, claimed: began, reported, steps: new Map(Object.entries(steps)) };
  return { task, created, timings };
}

test('the chain goes back over the dependency that was reported last, and tells where the time went', () => {
  const plan = planOf({ A: [], B: [], C: ['A', 'B'] });
  const given = [
    runOf('A', { created: 1_100, began: 1_200, reported: 2_000, steps: { Verify: 500, Report: 90 } }),
    runOf('B', { created: 1_100, began: 1_150, reported: 3_000, steps: { Verify: 1_500 } }),
    runOf('C', {
      created: 3_200,
      began: 3_300,
      reported: 4_000,
      steps: { Verify: 400, Land: 200, 'Run agent-waves/x@1': 9 },
    }),
  ];

  expect(decisiveChain(plan, { runs: given, started: 1_000 })).toEqual([
    { task: 'B', until_dispatch_ms: 100, until_run_ms: 50, steps_ms: { Verify: 1_500 }, other_ms: 350 },
    { task: 'C', until_dispatch_ms: 200, until_run_ms: 100, steps_ms: { Verify: 400, Land: 200 }, other_ms: 100 },
  ]);
});

test('runs of one task count together, from the first dispatch to the last report', () => {
  const given = [
    runOf('A', { created: 100, began: 200, reported: 500, steps: { Verify: 300 } }),
    runOf('A', { created: 600, began: 700, reported: 1_000, steps: { Verify: 250 } }),
  ];

  expect(decisiveChain(planOf({ A: [] }), { runs: given, started: 0 })).toEqual([
    { task: 'A', until_dispatch_ms: 100, until_run_ms: 100, steps_ms: { Verify: 550 }, other_ms: 250 },
  ]);
});

test('a run that never reported decides nothing, and without a report there is no chain', () => {
  expect(decisiveChain(planOf({ A: [] }), { runs: [runOf('A', { created: 1, began: 2 })], started: 0 })).toEqual([]);
});
