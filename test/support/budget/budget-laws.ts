import fc from 'fast-check';
import { expect } from 'vitest';
import type { Decision } from '../../../src/decide/effects/effect.ts';
import { attemptCost } from '../../../src/state/attempts.ts';
import { leftOf, limitUses } from '../../../src/state/budget-limits.ts';
import { LABEL } from '../../../src/state/names.ts';
import type { Outcome } from '../../../src/state/result.ts';
import { isOver } from '../../../src/state/satisfied.ts';
import { randomTasks } from '../../plan/random-plan.ts';
import { configOf, planOf, taskOf } from '../course.ts';
import type { Law } from '../draws.ts';
import { type Answer, WRITER } from '../pure-world.ts';
import { BudgetCourse } from './budget-course.ts';

/** Courses of plans with a budget: whatever fails, crashes, goes on in slices or tells no cost, no limit is passed. */

const TYPES = ['general-purpose', 'test-runner'] as const;

interface DrawnBudget {
  readonly tasks: readonly { id: string; dependencies: readonly string[]; minutes: number }[];
  readonly plan: number;
  readonly wave: number | undefined;
  readonly agent: number | undefined;
  readonly runs: number | undefined;
  readonly minutes: number | undefined;
  /** Most that a run of the second type may cost. */
  readonly own: number | undefined;
  /** Whether work is reviewed, and the most that a review may cost; 0 where nobody says. */
  readonly review: number | undefined;
  readonly slots: number;
  /** What each task truly needs. */
  readonly needs: readonly number[];
}

const drawn: fc.Arbitrary<DrawnBudget> = fc.record({
  tasks: randomTasks(9).map((tasks) =>
    tasks.map(({ id, dependencies, estimate }) => ({ id, dependencies: dependencies.slice(0, 1), minutes: estimate })),
  ),
  plan: fc.integer({ min: 1, max: 60 }),
  wave: fc.constantFrom(undefined, 3, 12),
  agent: fc.constantFrom(undefined, undefined, 5, 25),
  runs: fc.constantFrom(undefined, undefined, 4, 15),
  minutes: fc.constantFrom(undefined, undefined, 100, 900),
  own: fc.constantFrom(undefined, 1, 4),
  review: fc.constantFrom(undefined, undefined, 0, 0.5),
  slots: fc.constantFrom(1, 2, 8),
  needs: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 9, maxLength: 9 }),
});

type BudgetAct =
  | { readonly act: 'pass'; readonly answer: Answer; readonly first?: number; readonly every: number }
  | { readonly act: 'restart' }
  | { readonly act: 'wait'; readonly seconds: number }
  | { readonly act: 'begin' | 'vanish' | 'twin' | 'break'; readonly pick: number }
  | { readonly act: 'die' | 'cancel-run'; readonly pick: number; readonly share: number }
  | {
      readonly act: 'end';
      readonly pick: number;
      readonly outcome: Outcome;
      readonly share: number;
      readonly isTold: boolean;
    }
  | { readonly act: 'say'; readonly pick: number; readonly command: string }
  | { readonly act: 'remove'; readonly pick: number };

const pick = fc.nat(1_000);
const share = fc.constantFrom(0, 0.1, 0.5, 1);
const outcome = fc.constantFrom<Outcome>(
  ...(['completed', 'completed', 'completed', 'continued', 'continued', 'verification', 'agent', 'quota'] as const),
);

const act: fc.Arbitrary<BudgetAct> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record(
      {
        act: fc.constant('pass' as const),
        answer: fc.constantFrom<Answer>('named', 'named', 'named', 'silent', 'lost', 'unsent', 'refused'),
        first: fc.nat(12),
        every: fc.integer({ min: 1, max: 4 }),
      },
      { requiredKeys: ['act', 'answer', 'every'] },
    ),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('restart' as const) }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 400 }) }) },
  { weight: 8, arbitrary: fc.record({ act: fc.constant('begin' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('vanish' as const), pick }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constantFrom('twin' as const, 'break' as const), pick }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constantFrom('die' as const, 'cancel-run' as const), pick, share }) },
  {
    weight: 9,
    arbitrary: fc.record({ act: fc.constant('end' as const), pick, outcome, share, isTold: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('say' as const),
      pick,
      command: fc.constantFrom('retry', 'retry fresh', 'cancel', 'pause', 'resume'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('remove' as const), pick }) },
) as fc.Arbitrary<BudgetAct>;

const acts = fc.array(act, { minLength: 20, maxLength: 90, size: 'max' });

function settingsOf({ plan, wave, agent, runs, minutes, own, review, slots }: DrawnBudget, times = 1): string {
  const budget = {
    plan: { usd: plan * times, ...(runs && { runs: runs * times }), ...(minutes && { minutes: minutes * times }) },
    ...(wave && { wave: { each: { usd: wave * times } } }),
    ...(agent && { agent: { 'test-runner': { usd: agent * times }, 'code-reviewer': { usd: agent * times } } }),
  };
  const second = { run: 'claude', ...(own && { max_usd: own }) };
  return JSON.stringify({
    max_parallel: slots,
    attempts: 20,
    routes: [],
    review: review === undefined ? 'off' : 'code-reviewer',
    agents: {
      'general-purpose': { run: 'claude' },
      'test-runner': second,
      'code-reviewer': { run: 'claude', ...(review && { max_usd: review }) },
    },
    budget,
  });
}

function begun(given: DrawnBudget): BudgetCourse {
  const tasks = given.tasks.map((task, nth) => ({
    ...taskOf({ ...task, wave: 1 + (nth % 2) }),
    agent: TYPES[nth % 3 === 0 ? 1 : 0] as string,
  }));
  const course = new BudgetCourse(planOf(tasks), configOf(settingsOf(given)));
  for (const [nth, { id }] of tasks.entries()) course.needs.set(id, (given.needs[nth] ?? 1) / 10);
  course.settle();
  const [plan] = course.world.kind(LABEL.plan);
  if (plan) course.world.label(plan.number, LABEL.start, WRITER);
  return course;
}

function chosen<T>(from: readonly T[], nth: number): T | undefined {
  return from[nth % Math.max(1, from.length)];
}

function perform(course: BudgetCourse, step: BudgetAct): void {
  const { world } = course;
  world.tick();
  const runs = [...world.runs.values()];
  const working = runs.filter(({ step: at }) => at === 'working');
  switch (step.act) {
    case 'pass':
      course.pass({
        answer: step.answer,
        ...(step.first === undefined ? {} : { failEvery: { first: step.first, step: step.every } }),
      });
      return;
    case 'restart':
      world.restart();
      return;
    case 'wait':
      world.tick(step.seconds);
      return;
    case 'begin': {
      const run = chosen(
        runs.filter(({ step: at }) => at === 'queued'),
        step.pick,
      );
      if (run) course.beginRun(run);
      return;
    }
    case 'vanish': {
      const run = chosen(
        runs.filter(({ step: at }) => at === 'queued'),
        step.pick,
      );
      if (run) world.runs.delete(run.id);
      return;
    }
    case 'twin': {
      const run = chosen(runs, step.pick);
      if (run) world.start(run.inputs);
      return;
    }
    case 'break': {
      const issue = chosen(
        course.plan.tasks.flatMap(({ id }) => world.taskIssue(id) ?? []),
        step.pick,
      );
      if (issue) world.editBody(issue.number, 'Somebody wrote this, and took everything else out.', WRITER);
      // What the block knew of commands went with it.
      world.recallHeard();
      return;
    }
    case 'die':
    case 'cancel-run': {
      const run = chosen(working, step.pick);
      if (run) course.dieRun(run, step.share, step.act === 'die' ? 'failure' : 'cancelled');
      return;
    }
    case 'end': {
      const run = chosen(working, step.pick);
      if (run) course.endRun(run, step);
      return;
    }
    case 'say': {
      const issue = chosen([...world.issues.values()], step.pick);
      if (issue) world.comment(issue.number, WRITER, `/${step.command}`);
      return;
    }
    case 'remove': {
      const { tasks } = course.plan;
      const leaf = chosen(
        tasks.filter(({ id }) => tasks.length > 2 && !tasks.some(({ dependencies }) => dependencies.includes(id))),
        step.pick,
      );
      // More than one at once is a question of its own.
      if (leaf && !course.hasRemoved) course.plan = planOf(tasks.filter((task) => task !== leaf));
      course.hasRemoved = true;
      return;
    }
  }
}

function staysWithin(given: DrawnBudget, steps: readonly BudgetAct[]): void {
  const course = begun(given);
  for (const step of steps) {
    perform(course, step);
    course.holdTruth();
  }
  course.calmDown();
  course.fix();
  const last = course.calmDown();
  onlyWhatDoesNotFitWaits(course, last);
  askedOnce(course, last);

  course.configure(configOf(settingsOf(given, 1_000)));
  course.fix();
  // With nothing to go by one task may get all that there is: what it does not tell is gone.
  const { tasks } = course.calmDown(true);
  expect(tasks.filter((view) => !isOver(view)).map(({ task, reason }) => `${task.id}: ${reason}`)).toEqual([]);
}

const OUT = /^out of budget: /;

/** Everything that is not done is out of budget, or waits for what is; and it truly does not fit. */
function onlyWhatDoesNotFitWaits(course: BudgetCourse, { tasks, spending }: Decision): void {
  const open = tasks.filter((view) => !isOver(view));
  const states = open.map(({ task, state, reason }) => [
    task.id,
    state === 'blocked' || OUT.test(reason) ? '' : reason,
  ]);
  expect(states.filter(([, reason]) => reason !== '')).toEqual([]);
  if (!spending) throw new Error('the records were looked at');
  const uses = limitUses({ plan: course.plan, config: course.config }, spending);
  const costs = tasks.flatMap(({ record }) => attemptCost(record) ?? []);
  for (const { task, record } of open.filter(({ reason }) => OUT.test(reason))) {
    const type = task.agent ?? '';
    const lefts = uses.filter(
      ({ scope, name }) => scope === 'plan' || name === String(task.wave) || (scope === 'agent' && name === type),
    );
    const own = course.config.agents[type]?.max_usd;
    const caps = record.history.flatMap(({ cause }) => (cause?.kind === 'cap-reached' ? [2 * cause.usd] : []));
    const unknown = Math.max(0.01, ...costs, ...caps);
    const review = course.config.review === 'off' ? 0 : (course.config.agents['code-reviewer']?.max_usd ?? unknown);
    const wanted = { usd: (own ?? unknown) + review, runs: 1, minutes: 300 };
    expect(
      lefts.filter((use) => leftOf(use) < wanted[use.unit]),
      `${task.id} would fit: ${JSON.stringify(lefts)}`,
    ).not.toEqual([]);
  }
}

/** Of what is used up people were asked, and of nothing twice. */
function askedOnce(course: BudgetCourse, decision: Decision): void {
  const isOut = decision.tasks.some(({ reason }) => OUT.test(reason));
  const uses = decision.spending ? limitUses({ plan: course.plan, config: course.config }, decision.spending) : [];
  const asked = uses.map((use) => course.questions(use, decision));
  if (isOut) expect(Math.max(0, ...asked), 'somebody is asked').toBe(1);
  expect(Math.max(0, ...asked), 'nobody is asked twice').toBeLessThan(2);
}

function keepsNothingUntrue(given: DrawnBudget, steps: readonly BudgetAct[]): void {
  const course = begun(given);
  course.isDoubted = true;
  for (const step of steps) perform(course, step);
  course.pass();
}

export const BUDGET_LAWS: readonly Law[] = [
  {
    name: 'what is spent and reserved stays within every limit, what fits is done, and all is done once it is raised',
    numRuns: 200,
    hold: (draws) => fc.assert(fc.property(drawn, acts, staysWithin), draws),
  },
  {
    name: 'a process that goes on decides the same as one that has just started, with a budget (law 6)',
    numRuns: 40,
    hold: (draws) => fc.assert(fc.property(drawn, acts, keepsNothingUntrue), draws),
  },
];
