import { mulberry32 } from '../../../src/planning/simulate/mulberry32.ts';
import type { Happening, TrainCourse } from './course.ts';
import { RemoteWorld } from './remote-world.ts';
import { readTree } from './set-trees.ts';
import { SimTime } from './sim-time.ts';
import { live, type RunEnd, type Verifying } from './task-life.ts';

/** A remote, the tasks that are to land on it, and everything that they did there. */
export interface TrainWorld {
  readonly course: TrainCourse;
  readonly time: SimTime;
  readonly random: () => number;
  readonly remote: RemoteWorld;
  readonly ends: RunEnd[];
  readonly verifications: Verifying[];
  /** Issues to which a person said no, and when. */
  readonly cancelled: Map<number, number>;
  /** Whether a tree with these parts passes what checks it. */
  readonly passes: (tree: string) => boolean;
  readonly mergeFails: (one: string, other: string) => boolean;
  /** Errors of runs: the rules make none. */
  readonly errors: unknown[];
}

/** Carries a course out. @param hours After which it is over. */
export async function carryOut(course: TrainCourse, hours: number): Promise<TrainWorld> {
  const world = newWorld(course);
  let open = course.tasks.length;
  for (const task of course.tasks) {
    live(world, task)
      .catch((error) => world.errors.push(error))
      .finally(() => {
        open -= 1;
      });
    if (task.cancelled !== undefined)
      world.time.at(task.cancelled * 1_000, () => {
        if (world.remote.landings.some(({ issue }) => issue === task.issue)) return;
        world.cancelled.set(task.issue, world.time.now);
        world.remote.claim(task.issue);
      });
  }
  for (const happening of course.happenings) world.time.at(happening.at * 1_000, () => happen(world, happening));
  const end = hours * 3_600_000;
  await world.time.runUntil(end, () => open === 0);
  return world;
}

function newWorld(course: TrainCourse): TrainWorld {
  const time = new SimTime();
  const isBroken = new Set(course.tasks.filter(({ broken }) => broken).map(({ issue }) => `w${issue}`));
  return {
    course,
    time,
    random: mulberry32(course.seed),
    remote: new RemoteWorld(() => time.now),
    ends: [],
    verifications: [],
    cancelled: new Map(),
    passes: (tree) => {
      const { parts } = readTree(tree);
      if ([...parts].some((part) => isBroken.has(part))) return false;
      return !course.quarrels.some(([one, other]) => parts.has(one) && parts.has(other));
    },
    mergeFails: (one, other) => course.conflicts.some((pair) => pair.includes(one) && pair.includes(other)),
    errors: [],
  };
}

function happen({ remote, course, time }: TrainWorld, { what, at }: Happening): void {
  if (time.now >= course.calmFrom * 1_000) return;
  switch (what) {
    case 'commit':
      remote.commitByOthers();
      return;
    case 'shared-commit':
      remote.commitByOthers('s1');
      return;
    case 'projection':
      remote.project();
      return;
    case 'force-push':
      remote.forcePush(at % 3);
      return;
    case 'delete-train':
      remote.deleteTrain();
      return;
    case 'garble-train':
      remote.garbleTrain();
      return;
    case 'refuse-train':
      remote.refusesTrain = true;
      time.at(time.now + 300_000, () => {
        remote.refusesTrain = false;
      });
  }
}
