import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowerBound } from '../../../src/plan/critical-path.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { overlaps } from '../../../src/plan/touches.ts';
import { asEstimated, type OutcomeModel, type SimulationRun } from '../../../src/planning/simulate/outcome-model.ts';
import { randomOutcomes } from '../../../src/planning/simulate/random-outcomes.ts';
import { preparePlan, runSchedule } from '../../../src/planning/simulate/run-schedule.ts';
import { runWithDecide } from '../../../src/planning/simulate/run-with-decide.ts';
import { simulate } from '../../../src/planning/simulate/simulate.ts';
import { type PlanWorld, snapshotOf } from '../../../src/planning/world/world.ts';
import type { Snapshot } from '../../../src/state/snapshot.ts';
import { loaded, readExample } from '../../plan/loaded.ts';
import { planText, randomTasks } from '../../plan/random-plan.ts';
import { configOf } from '../../support/course.ts';
import { drawTimes } from '../../support/draws.ts';

const PATHS = ['src/a/**', 'src/b/**', 'src/a/x.ts', 'docs/', '**/*.md'];

interface Drawn {
  readonly plan: Plan;
  readonly slots: number;
  readonly outcomes: OutcomeModel;
}

/** Plans of which every task takes what it is estimated at, or some take other times and some fail. */
function drawn({ touches, most = 12, failing = false }: { touches: boolean; most?: number; failing?: boolean }) {
  return fc
    .record({
      tasks: randomTasks(most),
      files: fc.array(fc.subarray(PATHS, { maxLength: 2 }), { minLength: most, maxLength: most }),
      done: fc.array(fc.nat(9), { minLength: most, maxLength: most }),
      // Tasks of few lengths often end together.
      coarse: fc.boolean(),
      slots: fc.integer({ min: 1, max: 5 }),
      seed: fc.nat(),
    })
    .map(({ tasks, files, done, coarse, slots, seed }): Drawn => {
      const text = planText(
        tasks.map((task, index) => ({
          ...task,
          estimate: coarse ? 30 * (1 + (task.estimate % 3)) : task.estimate,
          ...(touches ? { touches: files[index] } : {}),
          ...(done[index] === 0 ? { status: 'completed' } : {}),
        })),
      );
      const plan = loaded(text);
      const outcomes = failing
        ? randomOutcomes(plan, { distribution: { spread: 0.5, failureRate: 0.5, seed }, run: 1 })
        : asEstimated;
      return { plan, slots, outcomes };
    });
}

const ATTEMPTS = 3;

function config(slots: number) {
  return { ...configOf(), max_parallel: slots, attempts: ATTEMPTS };
}

function decided({ plan, slots, outcomes }: Drawn): SimulationRun {
  return runWithDecide({ plan, config: config(slots), outcomes });
}

function scheduled({ plan, slots, outcomes }: Drawn): SimulationRun {
  return runSchedule({ prepared: preparePlan(plan), config: config(slots), outcomes });
}

describe.each([
  ['decide', decided],
  ['the choice alone', scheduled],
])('a schedule by %s', (_, carryOut) => {
  it('starts no task before those that it needs have ended, and never more at once than there are slots (law 1)', () =>
    fc.assert(
      fc.property(drawn({ touches: true, failing: true }), (given) => {
        const { attempts } = carryOut(given);

        const byId = new Map(given.plan.tasks.map((task) => [task.id, task]));
        const endOf = (id: string) => attempts.find((run) => run.task === id && !run.failed)?.end ?? Number.NaN;
        for (const run of attempts) {
          for (const id of byId.get(run.task)?.dependencies ?? []) {
            if (byId.get(id)?.status !== 'completed') expect(endOf(id)).toBeLessThanOrEqual(run.start);
          }
          const beside = attempts.filter(({ start, end }) => start <= run.start && run.start < end);
          expect(beside.length).toBeLessThanOrEqual(given.slots);
          expect(new Set(beside.map(({ agent }) => agent)).size).toBe(beside.length);
          expect(new Set(beside.map(({ task }) => task)).size).toBe(beside.length);
        }
      }),
      { numRuns: drawTimes(40) },
    ));

  it('ends every task, none twice, with a person asked each time its attempts are used up (law 5)', () =>
    fc.assert(
      fc.property(drawn({ touches: true, failing: true }), (given) => {
        const { attempts, asked } = carryOut(given);

        const open = given.plan.tasks.filter(({ status }) => status !== 'completed').map(({ id }) => id);
        expect(attempts.flatMap(({ task, failed }) => (failed ? [] : [task])).toSorted()).toEqual(open.toSorted());
        expect(asked).toBe(attempts.filter(({ failed, attempt }) => failed && attempt % ATTEMPTS === 0).length);
        for (const id of open) {
          const numbers = attempts.filter(({ task }) => task === id).map(({ attempt }) => attempt);
          expect(numbers).toEqual(numbers.map((_number, index) => index + 1));
        }
      }),
      { numRuns: drawTimes(40) },
    ));

  it('never runs tasks side by side that change the same files', () =>
    fc.assert(
      fc.property(drawn({ touches: true, failing: true }), (given) => {
        const { attempts } = carryOut(given);

        const touches = new Map(given.plan.tasks.map((task) => [task.id, task.touches]));
        for (const run of attempts) {
          for (const other of attempts) {
            if (other.task === run.task || other.start >= run.end || run.start >= other.end) continue;
            expect(overlaps(touches.get(run.task) ?? [], touches.get(other.task) ?? [])).toBe(false);
          }
        }
      }),
      { numRuns: drawTimes(40) },
    ));
});

describe('the schedule of a plan', () => {
  it('ends no sooner than the bound, and within the guarantee of list scheduling where no files are shared', () =>
    fc.assert(
      fc.property(drawn({ touches: false, most: 30 }), ({ plan, slots }) => {
        const [schedule] = simulate({ plan, config: configOf(), agents: [slots] }).schedules;

        expect(schedule?.makespan).toBeGreaterThanOrEqual(schedule?.bound ?? Number.NaN);
        expect(schedule?.makespan).toBeLessThanOrEqual((2 - 1 / slots) * (schedule?.bound ?? 0) + 1e-9);
      }),
      { numRuns: drawTimes(40) },
    ));

  it('ends no sooner than the bound where files are shared', () =>
    fc.assert(
      fc.property(drawn({ touches: true }), ({ plan, slots }) => {
        const [schedule] = simulate({ plan, config: configOf(), agents: [slots] }).schedules;

        expect(schedule?.makespan).toBeGreaterThanOrEqual(schedule?.bound ?? Number.NaN);
        expect(schedule?.bound).toBeLessThanOrEqual(lowerBound(plan, slots));
      }),
      { numRuns: drawTimes(40) },
    ));

  it('is the same whether decide makes it, pass after pass, or its choice alone, whatever fails', () =>
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), fc.nat(), (touches, failing, seed) => {
        const [given] = fc.sample(drawn({ touches, failing, most: 20 }), { numRuns: 1, seed });
        if (!given) throw new Error('fast-check gives as many samples as are asked for');

        expect(inOrder(scheduled(given))).toEqual(inOrder(decided(given)));
      }),
      { numRuns: drawTimes(100) },
    ));
});

describe('the schedule of the reference plan, which is searched at almost every pass', () => {
  const { path, text } = readExample('daw', 'docs/planning/tasks.json');
  const plan = loaded({ file: path, text });

  it.each([8, 6, 4, 3])('is the same by decide and by the choice alone on %i slots', (slots) => {
    const lucky = { plan, slots, outcomes: asEstimated };
    const unlucky = {
      plan,
      slots,
      outcomes: randomOutcomes(plan, { distribution: { spread: 0.3, failureRate: 0.15, seed: slots }, run: 1 }),
    };

    expect(inOrder(scheduled(lucky))).toEqual(inOrder(decided(lucky)));
    expect(inOrder(scheduled(unlucky))).toEqual(inOrder(decided(unlucky)));
  });
});

/**
 * Law 6. Of tasks that count the same the first in the file goes first, so the order of tasks in the file may change a
 * schedule. Nothing else may: not the order in which GitHub lists what has no order of its own, not that of dependencies
 * or of fields, and not how often it is asked.
 */
describe('the same bytes (law 6)', () => {
  it('whatever order runs, labels and relations come in', () =>
    fc.assert(
      fc.property(
        drawn({ touches: true, failing: true }),
        fc.infiniteStream(fc.nat()),
        ({ plan, slots, outcomes }, numbers) => {
          const given = { plan, config: config(slots), outcomes };
          const see = (world: PlanWorld) => shuffled(snapshotOf(world), numbers);

          expect(JSON.stringify(runWithDecide({ ...given, see }))).toBe(JSON.stringify(runWithDecide(given)));
        },
      ),
      { numRuns: drawTimes(40) },
    ));

  it('whatever order dependencies and fields are written in, and every time', () =>
    fc.assert(
      fc.property(drawn({ touches: true, failing: false }), ({ plan, slots }) => {
        const turned = {
          ...plan,
          tasks: plan.tasks.map((task) => {
            const fields = Object.fromEntries(Object.entries(task).reverse()) as unknown as typeof task;
            return { ...fields, dependencies: task.dependencies.toReversed(), touches: task.touches.toReversed() };
          }),
        };
        const bytes = (of: Plan) =>
          JSON.stringify(
            simulate({
              plan: of,
              config: configOf(),
              agents: [slots],
              runs: { count: 5, spread: 0.3, failureRate: 0.1, seed: 3 },
            }),
          );

        expect(bytes(turned)).toBe(bytes(plan));
        expect(bytes(plan)).toBe(bytes(plan));
      }),
      { numRuns: drawTimes(40) },
    ));
});

/** Of attempts that start at once `runWithDecide` lists those first that end first. */
function inOrder({ attempts, asked }: SimulationRun) {
  return { attempts: attempts.toSorted((a, b) => a.start - b.start || (a.task < b.task ? -1 : 1)), asked };
}

/** Issues and comments come in order of number and id by contract; nothing else has an order. */
function shuffled(snapshot: Snapshot, numbers: Iterator<number>): Snapshot {
  const mixed = <T>(items: Iterable<T>): T[] =>
    [...items]
      .map((item) => [numbers.next().value ?? 0, item] as const)
      .sort(([a], [b]) => a - b)
      .map(([, item]) => item);
  return {
    ...snapshot,
    labels: new Map(mixed(snapshot.labels)),
    runs: mixed(snapshot.runs),
    dispatched: new Map(mixed(snapshot.dispatched)),
    issues: snapshot.issues.map((issue) => ({
      ...issue,
      labels: mixed(issue.labels),
      labelled: new Map(mixed(issue.labelled)),
      blockedBy: mixed(issue.blockedBy),
    })),
  };
}
