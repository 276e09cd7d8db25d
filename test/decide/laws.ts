import fc from 'fast-check';
import { expect } from 'vitest';
import type { Decision } from '../../src/decide/effects/effect.ts';
import type { TaskId } from '../../src/plan/plan.ts';
import { LABEL } from '../../src/state/names.ts';
import type { Snapshot } from '../../src/state/snapshot.ts';
import { randomTasks } from '../plan/random-plan.ts';
import { type Act, acts } from '../support/adversary.ts';
import { Course, configOf, planOf, taskOf } from '../support/course.ts';
import type { Law } from '../support/draws.ts';
import { WRITER } from '../support/pure-world.ts';

/** What a failing property prints: the plan in one line per task. */
export interface Drawn {
  readonly tasks: readonly {
    id: string;
    dependencies: readonly string[];
    minutes: number;
    wave: number;
    touches: string[];
  }[];
  readonly settings: string;
  readonly integrationBranch: string | undefined;
}

/** Plans of 1 to 12 tasks in up to three waves; some tasks change the same files. */
export const drawn: fc.Arbitrary<Drawn> = fc.record({
  tasks: fc.tuple(randomTasks(12), fc.array(fc.nat(30), { minLength: 12, maxLength: 12 })).map(([tasks, draws]) =>
    tasks.map(({ id, dependencies, estimate }, index) => {
      const draw = draws[index] ?? 0;
      const touches = draw < 6 ? [`src/${draw % 3}/**`] : [];
      return { id, dependencies, minutes: estimate, wave: 1 + (draw % 3), touches };
    }),
  ),
  integrationBranch: fc.constantFrom(undefined, undefined, 'agent-waves/daw'),
  settings: fc.constantFrom('', 'max_parallel: 2\n', 'max_parallel: 1\nattempts: 2\n'),
});

export function courseOf({ tasks, settings, integrationBranch }: Drawn): Course {
  return new Course(planOf(tasks.map(taskOf)), configOf(settings), integrationBranch);
}

/** The plan's issues exist, and the plan is started. */
export function begun(course: Course): Course {
  course.settle();
  const [plan] = course.world.kind(LABEL.plan);
  if (plan) course.world.label(plan.number, LABEL.start, WRITER);
  return course;
}

const stalled = ['running', 'retrying', 'ready'];

/** Throws where a course breaks law 1, 2, 3, 4, 7, 8 or 9. */
export function restsFromAnyState(plan: Drawn, steps: readonly Act[]): void {
  const course = begun(courseOf(plan));
  for (const act of steps) course.perform(act);
  course.settle();
  oneIssueForEach(course);
}

/** Throws where something stays undone after the last fault, or after a person has fixed the rest. */
export function finishes(plan: Drawn, steps: readonly Act[], poison: number): void {
  const course = begun(courseOf(plan));
  for (const act of steps) course.perform(act);
  const poisoned = new Set([course.plan.tasks[poison % course.plan.tasks.length]?.id as TaskId]);

  const first = course.calm(poisoned);

  expect(first.tasks.filter(({ state }) => stalled.includes(state)).map(({ task }) => task.id)).toEqual([]);
  blockedOnlyByPeople(first);
  course.fix();
  const last = course.calm();
  const open = last.tasks.filter(({ satisfied }) => !satisfied);
  expect(open.map(({ task, reason }) => `${task.id}: ${reason}`)).toEqual([]);
}

function stopsDependentsOnly(plan: Drawn, poison: number): void {
  const course = begun(courseOf(plan));
  const bad = course.plan.tasks[poison % course.plan.tasks.length]?.id as TaskId;

  const { tasks } = course.calm(new Set([bad]));

  const hit = new Set<TaskId>([bad]);
  for (let grew = true; grew; ) {
    const before = hit.size;
    for (const { task } of tasks) if (task.dependencies.some((id) => hit.has(id))) hit.add(task.id);
    grew = hit.size > before;
  }
  for (const { task, state, stuck } of tasks) {
    const expected = task.id === bad ? 'needs-human' : hit.has(task.id) ? 'blocked' : 'completed';
    expect(state, task.id).toBe(expected);
    expect(stuck, task.id).toBe(expected === 'blocked');
  }
}

function decidesTheSame(plan: Drawn, steps: readonly Act[], numbers: Iterator<number>): void {
  const course = begun(courseOf(plan));
  for (const act of steps) course.perform(act);
  const snapshot = course.snapshot();

  expect(bytes(course.decide(shuffled(snapshot, numbers)))).toBe(bytes(course.decide(snapshot)));
}

/** Throws where something changes by itself before the moment that was named. */
function waitsUntilWoken(plan: Drawn, steps: readonly Act[], thousandths: number): void {
  const course = begun(courseOf(plan));
  for (const act of steps) course.perform(act);
  const rest = course.settle();
  const { now } = course.world;
  const until = rest.wakeAt ?? now + 24 * 3_600_000;

  const between = course.decide({
    ...course.snapshot(),
    now: now + Math.floor(((until - now) * thousandths) / 1_000),
  });

  expect(between.effects.map(({ key }) => key)).toEqual([]);
}

export const LAWS: readonly Law[] = [
  {
    name: 'every pass of every course keeps laws 1, 2, 7, 8 and 9, and rest follows from any state (law 3)',
    numRuns: 250,
    hold: (settings) => fc.assert(fc.property(drawn, acts, restsFromAnyState), settings),
  },
  {
    name: 'after the last fault everything that can finish does, and all of it once a person has fixed the rest (law 5)',
    numRuns: 150,
    hold: (settings) => fc.assert(fc.property(drawn, acts, fc.nat(), finishes), settings),
  },
  {
    name: 'a poisoned task stops its dependents only (law 5)',
    numRuns: 60,
    hold: (settings) => fc.assert(fc.property(drawn, fc.nat(), stopsDependentsOnly), settings),
  },
  {
    name: 'the same snapshot in any order gives the same bytes (law 6)',
    numRuns: 120,
    hold: (settings) => fc.assert(fc.property(drawn, acts, fc.infiniteStream(fc.nat()), decidesTheSame), settings),
  },
  {
    name: 'nothing changes by itself before the moment that was named (wakeAt)',
    numRuns: 120,
    hold: (settings) => fc.assert(fc.property(drawn, acts, fc.nat(999), waitsUntilWoken), settings),
  },
];

/** Law 4. */
function oneIssueForEach({ plan, world }: Course): void {
  const one = (label: string, title: string) => {
    const counted = world
      .kind(label)
      .filter((issue) => issue.title.startsWith(title) && issue.closedAs !== 'duplicate');
    const [lowest, ...others] = counted;
    expect(
      others.filter(({ open }) => open).map(({ number }) => number),
      `law 4: ${title} beside #${lowest?.number}`,
    ).toEqual([]);
  };
  for (const { id } of plan.tasks) one(LABEL.task, `${id}:`);
  for (const { number } of plan.waves) one(LABEL.wave, `Wave ${number}`);
  one(LABEL.plan, 'Plan');
}

function blockedOnlyByPeople({ tasks }: Decision): void {
  const states = new Map(tasks.map((view) => [view.task.id, view]));
  for (const { task, state, reason } of tasks) {
    if (state !== 'blocked') continue;
    const waits = task.dependencies.filter((id) => !states.get(id)?.satisfied);
    expect(waits.length, `${task.id}: ${reason}`).toBeGreaterThan(0);
  }
}

function bytes({ effects, tasks, wakeAt }: Decision): string {
  return JSON.stringify({ effects, tasks, wakeAt });
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
    writers: new Set(mixed(snapshot.writers)),
    dispatched: new Map(mixed(snapshot.dispatched)),
    refused: new Map(mixed(snapshot.refused)),
    issues: snapshot.issues.map((issue) => ({
      ...issue,
      labels: mixed(issue.labels),
      labelled: new Map(mixed(issue.labelled)),
      blockedBy: mixed(issue.blockedBy),
    })),
  };
}
