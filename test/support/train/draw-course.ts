import fc from 'fast-check';
import type { Happening, Pair, TaskCourse, TrainCourse } from './course.ts';

/** Seconds within which everybody arrives and everything happens. */
const STORM = 1_500;
const MAX_TASKS = 8;

/** A task to which nothing happens. */
export const SOUND: TaskCourse = {
  issue: 1,
  arrives: 0,
  works: 1,
  verifies: 20,
  jobs: 'one',
  shares: false,
  broken: false,
  flaky: 0,
  hangs: 0,
  dies: undefined,
  freezes: undefined,
  cancelled: undefined,
  clockOff: 0,
};

const seldom = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { freq: 8, nil: undefined });

/** Also what happens to it: most of it does not happen to most of them. */
const task: fc.Arbitrary<Omit<TaskCourse, 'issue'>> = fc.record({
  // Several at the same moment, and some later.
  arrives: fc.oneof(fc.constantFrom(0, 0, 60), fc.nat(STORM / 2)),
  works: fc.constantFrom(1, 1, 30, 300),
  verifies: fc.constantFrom(20, 20, 60, 300, 900),
  jobs: fc.constantFrom('one', 'one', 'one', 'reviewed', 'hardened'),
  shares: fc.constantFrom(false, false, true),
  broken: fc.constantFrom(false, false, false, false, true),
  flaky: fc.constantFrom(0, 0, 0, 0.3),
  hangs: fc.constantFrom(0, 0, 0, 0, 0, 0, 1_200, 3_000),
  dies: seldom(fc.nat(600)),
  freezes: seldom(fc.record({ after: fc.nat(300), lasts: fc.constantFrom(20, 120, 2_000) })),
  cancelled: seldom(fc.nat(STORM)),
  clockOff: fc.constantFrom(0, 0, 0, -3_600, 3_600),
});

/** Of tasks or of the first commits by others. */
const part = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: MAX_TASKS }).map((issue) => `w${issue}`) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }).map((commit) => `p${commit}`) },
);
const pairs: fc.Arbitrary<readonly Pair[]> = fc.array(fc.tuple(part, part), { maxLength: 3 });

const happening: fc.Arbitrary<Happening> = fc.record({
  at: fc.nat(STORM),
  what: fc.constantFrom(
    'commit',
    'commit',
    'shared-commit',
    'projection',
    'projection',
    'force-push',
    'force-push',
    'delete-train',
    'garble-train',
    'refuse-train',
  ),
});

export const stormy: fc.Arbitrary<TrainCourse> = fc.record({
  seed: fc.nat(),
  tasks: fc
    .array(task, { minLength: 1, maxLength: MAX_TASKS })
    .map((tasks) => tasks.map((drawn, index) => ({ issue: index + 1, ...drawn }))),
  conflicts: pairs,
  quarrels: pairs,
  happenings: fc.array(happening, { maxLength: 12 }),
  stale: fc.constantFrom(0, 0.1, 0.5, 0.95),
  unclear: fc.constantFrom(0, 0.1, 0.3),
  calmFrom: fc.constant(STORM),
});

export const CALM = { conflicts: [], quarrels: [], happenings: [], stale: 0, unclear: 0, calmFrom: STORM } as const;

/** Sound tasks but for what is drawn. */
function crowd(drawn: fc.Arbitrary<Partial<TaskCourse>>): fc.Arbitrary<readonly TaskCourse[]> {
  return fc
    .array(drawn, { minLength: 2, maxLength: MAX_TASKS })
    .map((tasks) => tasks.map((task, index) => ({ ...SOUND, ...task, issue: index + 1 })));
}

/** Nothing that anybody verifies is changed by what happens here. */
export const quiet: fc.Arbitrary<TrainCourse> = fc
  .record({
    seed: fc.nat(),
    tasks: crowd(
      fc.record({ arrives: fc.nat(200), works: fc.constantFrom(1, 60), verifies: fc.constantFrom(20, 60, 300) }),
    ),
    happenings: fc.array(fc.record({ at: fc.nat(600), what: fc.constant('projection' as const) }), { maxLength: 12 }),
    stale: fc.constantFrom(0, 0.1, 0.5),
    unclear: fc.constantFrom(0, 0.1),
  })
  .map((course) => ({ ...CALM, ...course }));

/** Many come at once, and many fail. */
export const failing: fc.Arbitrary<TrainCourse> = fc
  .record({ seed: fc.nat(), tasks: crowd(fc.record({ arrives: fc.nat(40), broken: fc.boolean() })) })
  .map((course) => ({ ...CALM, ...course }));

/** Somebody pushes while anything is being verified, for twenty minutes. */
export const pushed: fc.Arbitrary<TrainCourse> = fc
  .record({
    seed: fc.nat(),
    tasks: crowd(fc.record({ arrives: fc.nat(600) })),
    every: fc.integer({ min: 10, max: 60 }),
  })
  .map(({ every, ...course }) => ({
    ...CALM,
    ...course,
    happenings: Array.from({ length: Math.floor(1_200 / every) }, (_, index) => ({
      at: index * every,
      what: 'commit' as const,
    })),
    calmFrom: 1_200,
  }));

/** The first one hangs for hours. */
export const jammed: fc.Arbitrary<TrainCourse> = fc
  .record({ seed: fc.nat(), tasks: crowd(fc.record({ arrives: fc.nat(300) })), stale: fc.constantFrom(0, 0.5) })
  .map(({ tasks, ...course }) => ({
    ...CALM,
    ...course,
    tasks: tasks.map((task) => (task.issue === 1 ? { ...task, arrives: 0, hangs: 10_000 } : task)),
  }));
