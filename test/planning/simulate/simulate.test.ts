import { describe, expect, it } from 'vitest';
import type { Config } from '../../../src/plan/config.ts';
import type { Plan, TaskId } from '../../../src/plan/plan.ts';
import { type MonteCarloSettings, monteCarlo } from '../../../src/planning/simulate/monte-carlo.ts';
import { preparePlan } from '../../../src/planning/simulate/run-schedule.ts';
import { simulate } from '../../../src/planning/simulate/simulate.ts';
import { backoffAfter } from '../../../src/state/backoff.ts';
import { TIMINGS } from '../../../src/state/timings.ts';
import { loaded, readExample } from '../../plan/loaded.ts';
import { configOf, planOf, taskOf } from '../../support/course.ts';

function example(name: string): Plan {
  const { path, text } = readExample(name, 'docs/planning/tasks.json');
  return loaded({ file: path, text });
}

function only(plan: Plan, { agents = 8, config = configOf() }: { agents?: number; config?: Config } = {}) {
  const simulation = simulate({ plan, config, agents: [agents] });
  const [schedule] = simulation.schedules;
  if (!schedule) throw new Error('one number of agents gives one schedule');
  return { ...simulation, schedule };
}

describe('the reference plan', () => {
  const { schedules, criticalPath } = simulate({ plan: example('daw'), config: configOf(), agents: [8, 6, 4, 3] });
  const [eight, six, four, three] = schedules.map(({ makespan }) => makespan / 60);

  it('ends after 23.5 hours with 8 agents, which no schedule can beat', () => {
    expect(eight).toBe(23.5);
    expect(schedules[0]?.bound).toBe(1_410);
    expect(schedules[0]?.utilisation).toBeCloseTo(161 / (8 * 23.5));
    expect(criticalPath.path).toEqual([
      'CORE-001',
      'CORE-002',
      'MODEL-001',
      'VALIDATOR-001',
      'POLICY-001',
      'POLICY-002',
    ]);
  });

  it('ends within 27.5, 41 and 54.5 hours with 6, 4 and 3 agents', () => {
    expect(six).toBeLessThanOrEqual(27.5);
    expect(four).toBeLessThanOrEqual(41);
    expect(three).toBeLessThanOrEqual(54.5);
  });

  it('would take 89.5 hours, and 91.5 with 3 agents, if every wave were a barrier', () => {
    expect(schedules.map(({ strictWaves = 0 }) => strictWaves / 60)).toEqual([89.5, 89.5, 89.5, 91.5]);
  });
});

it('leaves out what the plan lists as completed, and takes it as done', () => {
  const done = { ...taskOf({ id: 'A', minutes: 30 }), status: 'completed' as const };
  const plan = planOf([done, taskOf({ id: 'B', dependencies: ['A'], minutes: 20, wave: 2 })]);

  const { schedule, open, criticalPath } = only(plan);

  expect(schedule.tasks).toEqual([{ id: 'B', agent: 'A1', start: 0, end: 20 }]);
  expect(schedule).toMatchObject({ makespan: 20, bound: 20, strictWaves: 20 });
  expect(schedule.waves).toEqual([{ number: 2, title: '', tasks: 1, start: 0, end: 20 }]);
  expect(open).toEqual({ tasks: 1, waves: 1, work: 20 });
  expect(criticalPath.path).toEqual(['B']);
});

it('takes no time where everything is completed', () => {
  const { schedule } = only(planOf([{ ...taskOf({ id: 'A' }), status: 'completed' }]));

  expect(schedule).toMatchObject({ makespan: 0, bound: 0, utilisation: 0, tasks: [], waves: [], strictWaves: 0 });
});

it('says that strict waves would never end where a task waits for one of a later wave', () => {
  const { schedule } = only(planOf([taskOf({ id: 'A', dependencies: ['B'], wave: 1 }), taskOf({ id: 'B', wave: 2 })]));

  expect(schedule.strictWaves).toBeUndefined();
  expect(schedule.makespan).toBe(120);
});

it('rounds to whole seconds, upwards, as GitHub tells no shorter time', () => {
  expect(only(planOf([taskOf({ id: 'A', minutes: 79.8 })])).schedule.makespan).toBe(79.8);
  expect(only(planOf([taskOf({ id: 'A', minutes: 1 / 7 })])).schedule.makespan).toBe(9 / 60);
});

it('schedules a plan of more than 100 tasks by the choice alone, and one of more than 1,000 by one order', () => {
  const tasks = (count: number) =>
    planOf(Array.from({ length: count }, (_, n) => taskOf({ id: `T-${n}`, minutes: 5 })));

  const some = only(tasks(101));
  const many = only(tasks(1_001));

  expect([some.schedule.makespan, some.everyPass]).toEqual([65, true]);
  expect([many.schedule.makespan, many.everyPass]).toEqual([630, false]);
});

it('carries 20,000 tasks out on 256 slots within seconds', { timeout: 30_000 }, () => {
  const tasks = Array.from({ length: 20_000 }, (_, n) =>
    taskOf({ id: `T-${n}`, minutes: 1 + (n % 97), dependencies: n < 300 ? [] : [`T-${n - 300 + (n % 7)}`] }),
  );

  const { schedule } = only(planOf(tasks), { agents: 256 });

  expect(schedule.tasks).toHaveLength(20_000);
  expect(schedule.makespan).toBeLessThanOrEqual((2 - 1 / 256) * schedule.bound);
});

describe('cost', () => {
  const plan = planOf([
    taskOf({ id: 'A', minutes: 90.5 }),
    { ...taskOf({ id: 'B', minutes: 30 }), cost_per_hour: 10 },
    { ...taskOf({ id: 'C', minutes: 60 }), agent: 'test-runner' },
    { ...taskOf({ id: 'D', minutes: 60 }), agent: 'unheard-of' },
  ]);

  it('is not told where nothing has a price', () => {
    expect(only(planOf([taskOf({ id: 'A' })])).schedule.cost).toBeUndefined();
  });

  it("takes a task's price before its agent type's, and rounds minutes of Actions up for every run", () => {
    const agents =
      'agents:\n  general-purpose: { run: claude, cost_per_hour: 4 }\n  test-runner: { run: claude, cost_per_hour: 6 }\n';
    const config = configOf(`${agents}prices: { actions_minute: 0.01 }\nslice: 45\n`);

    const { cost } = only(plan, { config }).schedule;

    // A takes runs of 45, 45 and 1 minutes, C and D of 45 and 15 each.
    expect(cost?.actionsMinutes).toBe(45 + 45 + 1 + 30 + 60 + 60);
    expect(cost?.actions).toBeCloseTo(2.41);
    // The type of D has no entry: it is run, and paid, as general-purpose is.
    expect(cost?.agents).toBeCloseTo((90.5 / 60) * 4 + 5 + 6 + 4);
    expect(cost?.unpriced).toEqual([]);
  });

  it('names the tasks whose price nobody knows', () => {
    const { cost } = only(plan).schedule;

    expect(cost).toMatchObject({ agents: 5, actions: 0, total: 5, unpriced: ['A', 'C', 'D'] });
  });
});

describe('many runs', () => {
  const plan = example('daw');
  const prepared = preparePlan(plan);
  const outlooks = (runs: MonteCarloSettings) =>
    [8, 3].map((max_parallel) =>
      monteCarlo({ plan, prepared, config: { ...configOf(), max_parallel }, prices: undefined, runs }),
    );

  it('all end when the schedule does where nothing varies', () => {
    const [eight, three] = outlooks({ count: 5, spread: 0, failureRate: 0, seed: 1 });

    expect(eight?.finish).toEqual({ p50: 1_410, p80: 1_410, p95: 1_410 });
    expect(three?.finish.p95).toBeLessThanOrEqual(54.5 * 60);
    expect(eight?.neededPerson).toBe(0);
  });

  it('are the same for the same seed, and others for another', () => {
    const runs = { count: 50, spread: 0.3, failureRate: 0.1, seed: 7 };

    expect(outlooks(runs)).toEqual(outlooks(runs));
    expect(outlooks(runs)).not.toEqual(outlooks({ ...runs, seed: 8 }));
  });

  it('keep the spread that was asked for: half of single tasks are late, two in three within a factor', () => {
    const one = planOf([taskOf({ id: 'A', minutes: 600 })]);
    const runs = { count: 4_000, spread: 0.5, failureRate: 0, seed: 1 };

    const [schedule] = simulate({ plan: one, config: configOf(), agents: [1], runs }).schedules;

    expect(schedule?.outlook?.finish.p50).toBeGreaterThan(600 * 0.97);
    expect(schedule?.outlook?.finish.p50).toBeLessThan(600 * 1.03);
    // One deviation above the median lies at 84.1 of 100; p80 is 0.842 of it, p95 1.645.
    expect(schedule?.outlook?.finish.p80).toBeGreaterThan(600 * 1.5 ** 0.842 * 0.95);
    expect(schedule?.outlook?.finish.p80).toBeLessThan(600 * 1.5 ** 0.842 * 1.05);
    expect(schedule?.outlook?.finish.p95).toBeGreaterThan(600 * 1.5 ** 1.645 * 0.93);
    expect(schedule?.outlook?.finish.p95).toBeLessThan(600 * 1.5 ** 1.645 * 1.07);
  });

  it('count those in which a person had to ask for more attempts, and pay for failed ones', () => {
    const one = planOf([{ ...taskOf({ id: 'A', minutes: 60 }), cost_per_hour: 1 }]);
    const runs = { count: 4_000, spread: 0, failureRate: 0.5, seed: 1 };

    const [schedule] = simulate({ plan: one, config: configOf('attempts: 2\n'), agents: [1], runs }).schedules;

    // Two failures in a row: a quarter of the runs.
    expect(schedule?.outlook?.neededPerson).toBeGreaterThan(0.22);
    expect(schedule?.outlook?.neededPerson).toBeLessThan(0.28);
    // One failure: two hours and a back-off. Three: the person costs no time, the third failure a back-off.
    const minutes = backoffAfter({ task: 'A' as TaskId, failures: 1 }, TIMINGS) / 60_000;
    expect(schedule?.outlook?.finish).toMatchObject({ p50: 60, p80: 180 + minutes });
    expect(schedule?.outlook?.cost).toMatchObject({ p50: 1, p80: 3 });
  });
});
