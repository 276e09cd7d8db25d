import { beforeEach, expect, it, vi } from 'vitest';
import type { TaskCourse, TrainCourse } from '../../../../support/train/course.ts';
import { CALM, SOUND } from '../../../../support/train/draw-course.ts';
import { toItsEnd } from '../../../../support/train/train-laws.ts';
import type { TrainWorld } from '../../../../support/train/train-world.ts';

/** Courses that have broken a law once, cut down to what is needed. */

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
});

function carryOut(tasks: readonly Partial<TaskCourse>[], course: Partial<TrainCourse> = {}): Promise<TrainWorld> {
  return toItsEnd({
    ...CALM,
    seed: 1,
    ...course,
    tasks: tasks.map((task, index) => ({ ...SOUND, ...task, issue: index + 1 })),
  });
}

function timesVerified({ verifications, course }: TrainWorld): readonly number[] {
  return course.tasks.map(({ issue }) => verifications.filter((verified) => verified.issue === issue).length);
}

it('a failure delays those behind it by one verification, and by one place nobody', async () => {
  const world = await carryOut([{}, { arrives: 3, broken: true }, { arrives: 6 }, { arrives: 9 }, { arrives: 12 }]);

  expect(world.remote.landings.map(({ issue }) => issue)).toEqual([1, 3, 4, 5]);
  expect(timesVerified(world)).toEqual([1, 1, 2, 2, 2]);
});

it.each([1, 2, 3, 4, 5, 6])(
  'checks that take longer than an unmeasured limit take no honest run out (seed %i)',
  async (seed) => {
    const tasks = [{ verifies: 2_400 }, { arrives: 3, verifies: 1_600 }, { arrives: 6, verifies: 1_600 }];

    const world = await carryOut(tasks, { seed });

    expect(world.remote.takenOut).toEqual([]);
    expect(timesVerified(world)).toEqual([1, 1, 1]);
  },
);

it('a train that somebody deletes costs nobody more than one verification', async () => {
  const world = await carryOut([{ verifies: 400 }, { arrives: 3 }, { arrives: 6 }], {
    happenings: [{ at: 60, what: 'delete-train' }],
  });

  expect(world.remote.landings).toHaveLength(3);
  expect(timesVerified(world)).toEqual([2, 2, 2]);
});

it('a run that hung longer than its limit lands after those that went before it', async () => {
  const world = await carryOut([{ hangs: 10_000 }, { arrives: 3 }, { arrives: 6 }]);

  expect(world.remote.takenOut).toHaveLength(1);
  expect(world.remote.landings.map(({ issue }) => issue)).toEqual([2, 3, 1]);
});

it('of three jobs, the last one lands though others wait and its place is lost', async () => {
  const tasks = [{ jobs: 'hardened' as const }, { verifies: 300 }, { arrives: 150, verifies: 300 }];

  const world = await carryOut(tasks, { happenings: [{ at: 100, what: 'delete-train' }] });

  expect(world.ends.map(({ outcome }) => outcome)).toEqual(['completed', 'completed', 'completed']);
});

it('a claim is not taken for gone while a train that went back is not believed', async () => {
  const world = await carryOut([{ verifies: 300 }, { arrives: 60 }, { arrives: 124 }], {
    happenings: [{ at: 53, what: 'garble-train' }],
    stale: 0.95,
    seed: 4,
  });

  expect(world.ends.map(({ outcome }) => outcome)).toEqual(['completed', 'completed', 'completed']);
});
