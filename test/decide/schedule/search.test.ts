import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexJobs, type RemainingJob } from '../../../src/decide/schedule/search/indexed-jobs.ts';
import { ListScheduler } from '../../../src/decide/schedule/search/list-scheduler.ts';
import { mayPay, type ScheduleState, searchOrder, setPriorities } from '../../../src/decide/schedule/search/search.ts';
import { remainingPath } from '../../../src/plan/critical-path.ts';
import { buildGraph } from '../../../src/plan/graph.ts';
import { loadPlan } from '../../../src/plan/load.ts';
import type { Plan, Task, TaskId } from '../../../src/plan/plan.ts';
import { overlaps } from '../../../src/plan/touches.ts';
import { randomTasks } from '../../plan/random-plan.ts';
import { planOf, taskOf } from '../../support/course.ts';

const plans = fc.tuple(randomTasks(14), fc.array(fc.nat(20), { minLength: 14, maxLength: 14 })).map(([tasks, draws]) =>
  planOf(
    tasks.map(({ id, dependencies, estimate }, index) => {
      const draw = draws[index] ?? 0;
      return taskOf({ id, dependencies, minutes: estimate, touches: draw < 5 ? [`src/${draw % 3}/**`] : [] });
    }),
  ),
);
const slotNumbers = fc.integer({ min: 1, max: 5 });

interface Bar {
  readonly task: Task;
  readonly start: number;
  readonly end: number;
}

/** Carries a plan out as it was estimated, deciding anew whenever a task ends. */
function carryOut(plan: Plan, slots: number, steps?: number): readonly Bar[] {
  const state = stateOf(plan, slots);
  const bars = new Map<TaskId, Bar>();
  for (let now = 0; ; now = nextEnd([...bars.values()], now)) {
    const jobs = state.jobs.flatMap((job) => at(job, now, bars));
    if (jobs.length === 0) return [...bars.values()];
    for (const id of startNow({ ...state, ...(steps === undefined ? {} : { steps }), jobs })) {
      const task = plan.tasks.find((candidate) => candidate.id === id) as Task;
      bars.set(id, { task, start: now, end: now + task.minutes });
    }
  }
}

/** Of the jobs that are ready those that the order found takes first, as slots and `touches` allow, the first in front. */
function startNow(state: ScheduleState): readonly TaskId[] {
  const { order } = searchOrder(state);
  const indexed = indexJobs(state.jobs);
  const scheduler = new ListScheduler(indexed, state);
  const of = { jobs: indexed.jobs, order, longest: state.longest };
  const priorities = setPriorities(new Float64Array(indexed.jobs.length), of);
  scheduler.run(priorities, 0);
  return scheduler
    .startedNow()
    .sort((a, b) => (priorities[b] as number) - (priorities[a] as number) || a - b)
    .flatMap((job) => indexed.jobs[job]?.id ?? []);
}

function nextEnd(bars: readonly Bar[], now: number): number {
  const ends = bars.map(({ end }) => end).filter((end) => end > now);
  expect(ends, 'something runs while something is left').not.toEqual([]);
  return Math.min(...ends);
}

/** A job of the whole plan as it stands at that moment; none once it is over. */
function at(job: RemainingJob, now: number, bars: ReadonlyMap<TaskId, Bar>): readonly RemainingJob[] {
  const bar = bars.get(job.id);
  if (bar) return bar.end > now ? [{ ...job, minutes: bar.end - now, needs: [], state: 'running' }] : [];
  const free = job.needs.every((id) => (bars.get(id)?.end ?? Number.POSITIVE_INFINITY) <= now);
  return [{ ...job, state: free ? 'ready' : 'later' }];
}

/** A plan of which nothing has begun. */
function stateOf(plan: Plan, slots: number) {
  const ranks = remainingPath(plan, buildGraph(plan));
  const jobs = plan.tasks.map(
    ({ id, minutes, dependencies, touches }, place): RemainingJob => ({
      id,
      place,
      rank: ranks.get(id) ?? 0,
      minutes,
      needs: dependencies,
      touches,
      state: dependencies.length === 0 ? 'ready' : 'later',
    }),
  );
  return { jobs, slots, longest: Math.max(...ranks.values()) };
}

function lastEnd(bars: readonly Bar[]): number {
  return Math.max(...bars.map(({ end }) => end));
}

describe('the search', () => {
  it('finds nothing worse than the longest path first, and nothing below the bound', () =>
    fc.assert(
      fc.property(plans, slotNumbers, (plan, slots) => {
        const found = searchOrder(stateOf(plan, slots));

        expect(found.makespan).toBeLessThanOrEqual(found.longestPathFirst);
        expect(found.makespan).toBeGreaterThanOrEqual(found.bound);
        expect(found.longestPathFirst).toBe(lastEnd(carryOut(plan, slots, 0)));
      }),
    ));

  it('does not lose at a later pass what it found at the first, while estimates hold', () =>
    fc.assert(
      fc.property(plans, slotNumbers, (plan, slots) => {
        const { makespan } = searchOrder(stateOf(plan, slots));

        expect(lastEnd(carryOut(plan, slots))).toBeLessThanOrEqual(makespan);
      }),
    ));

  it('gives the same for jobs in any order', () =>
    fc.assert(
      fc.property(plans, slotNumbers, fc.infiniteStream(fc.nat()), (plan, slots, numbers) => {
        const state = stateOf(plan, slots);
        const shuffled = state.jobs
          .map((job) => [numbers.next().value ?? 0, job] as const)
          .sort(([a], [b]) => a - b)
          .map(([, job]) => job);

        expect(startNow({ ...state, jobs: shuffled })).toEqual(startNow(state));
        expect(searchOrder({ ...state, jobs: shuffled })).toEqual(searchOrder(state));
      }),
    ));

  it.each(['ABC', 'ACB', 'BCA', 'CAB', 'CBA'])(
    'starts the first of equal ones in the plan, where they are given as %s',
    (given) => {
      const jobs = [...given].map((id) => {
        const place = 'ABC'.indexOf(id);
        return { id: id as TaskId, place, rank: 10, minutes: 10, needs: [], touches: [], state: 'ready' as const };
      });

      expect(startNow({ jobs, slots: 1, longest: 10, steps: 0 })).toEqual(['A']);
    },
  );

  it('counts on nothing before its wait is over, nor now on what only its state holds', () => {
    const job = { id: 'A' as TaskId, place: 0, rank: 10, minutes: 10, needs: [], touches: [] };
    const ends = (more: Partial<RemainingJob>) =>
      searchOrder({ jobs: [{ ...job, state: 'later', ...more }], slots: 1, longest: 10 }).makespan;

    expect([ends({ wait: 30 }), ends({}), ends({ state: 'ready' })]).toEqual([40, 11, 10]);
  });

  it('takes of the orders that end first the one that starts most of what the longest path first would', () =>
    fc.assert(
      fc.property(plans, slotNumbers, (plan, slots) => {
        const state = stateOf(plan, slots);
        const orders = 12;
        const found = searchOrder({ ...state, steps: orders * state.jobs.length });

        const scheduler = new ListScheduler(indexJobs(state.jobs), state);
        const tried = Array.from({ length: orders }, (_, order) => {
          const of = { jobs: state.jobs, order, longest: state.longest };
          const makespan = scheduler.run(setPriorities(new Float64Array(state.jobs.length), of));
          return { order, makespan, started: scheduler.startedNow() };
        });
        const usual = tried[0]?.started ?? [];
        // Nothing is looked for once no schedule can end sooner.
        const last = tried.findIndex(({ makespan }) => makespan <= found.bound);
        const [best] = tried
          .slice(0, last < 0 ? orders : last + 1)
          .map((each) => ({ ...each, changes: usual.filter((job) => !each.started.includes(job)).length }))
          .sort((a, b) => a.makespan - b.makespan || a.changes - b.changes || a.order - b.order);
        expect([found.order, found.makespan]).toEqual([best?.order, best?.makespan]);
      }),
    ));

  it('is worth making for up to three thousand tasks', () => {
    expect([mayPay(3_000), mayPay(3_001)]).toEqual([true, false]);
  });

  it('takes no more orders than its steps allow', () => {
    const state = stateOf(reference(), 6);

    expect(searchOrder({ ...state, steps: 47 }).order).toBe(0);
    expect(searchOrder({ ...state, steps: 47 * 2 }).order).toBeLessThan(2);
  });

  it('ends soon where every task changes the same files', () => {
    const tasks = Array.from({ length: 2_000 }, (_, n) =>
      taskOf({ id: `T-${n}`, minutes: 1 + (n % 7), touches: ['src/**'] }),
    );

    expect(startNow(stateOf(planOf(tasks), 8))).toHaveLength(1);
  });
});

describe('a plan carried out by it', () => {
  it('has every task once, after what it depends on, on no more slots than there are, apart from what touches it', () =>
    fc.assert(
      fc.property(plans, slotNumbers, (plan, slots) => {
        const bars = carryOut(plan, slots);

        expect(bars.map(({ task }) => task.id).sort()).toEqual(plan.tasks.map(({ id }) => id).sort());
        for (const bar of bars) {
          const beside = bars.filter(({ start, end }) => start <= bar.start && end > bar.start);
          expect(beside.length).toBeLessThanOrEqual(slots);
          for (const id of bar.task.dependencies) {
            expect(bars.find(({ task }) => task.id === id)?.end).toBeLessThanOrEqual(bar.start);
          }
          for (const { task } of beside) {
            if (task !== bar.task) expect(overlaps(task.touches, bar.task.touches)).toBe(false);
          }
        }
      }),
    ));

  it('keeps the guarantee of list scheduling where no files are shared', () =>
    fc.assert(
      fc.property(plans, slotNumbers, (plan, slots) => {
        const apart = planOf(plan.tasks.map((task) => ({ ...task, touches: [] })));
        const { bound } = searchOrder(stateOf(apart, slots));

        expect(lastEnd(carryOut(apart, slots))).toBeLessThanOrEqual((2 - 1 / slots) * bound + 1e-6);
      }),
    ));

  it.each([
    [8, 23.5, 24.5],
    [6, 27.5, 29.5],
    [4, 41, 41.5],
    [3, 54.5, 54.5],
  ])('takes the reference plan through with %d agents in %d hours, not in %d', (slots, hours, longestPathFirst) => {
    const plan = reference();

    expect(lastEnd(carryOut(plan, slots)) / 60).toBeLessThanOrEqual(hours);
    expect(lastEnd(carryOut(plan, slots, 0)) / 60).toBe(longestPathFirst);
  });
});

function reference(): Plan {
  const file = 'examples/daw/docs/planning/tasks.json';
  const loaded = loadPlan({ file, text: readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8') });
  if (!loaded.ok) throw new Error(loaded.problems[0]?.message);
  return loaded.plan;
}
