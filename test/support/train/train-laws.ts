import fc from 'fast-check';
import { expect } from 'vitest';
import type { Law } from '../draws.ts';
import type { TrainCourse } from './course.ts';
import { failing, jammed, pushed, quiet, stormy } from './draw-course.ts';
import type { WorldCommit } from './remote-world.ts';
import { codeOf, readTree } from './set-trees.ts';
import { partsOf, type RunEnd } from './task-life.ts';
import { carryOut, type TrainWorld } from './train-world.ts';

/** Hours after the last fault by which everything is over. */
const MAX_HOURS = 6;

/** As in `rules.ts`, for each of the two steps that verify; one more for a reviewer. */
const MAX_PREDICTIONS = 4;
const MAX_ON_HEAD = 6;
const MAX_VERIFICATIONS = 2 * (MAX_PREDICTIONS + MAX_ON_HEAD) + 1;

/** Less job time than this leaves nobody with too little of it. */
const MAX_PATIENT_MS = 40 * 60_000;

/** An unmeasured limit, what everybody takes to arrive, and a few verifications. */
const MAX_JAM_MS = (600 + 300 + 8 * 30) * 1_000;

/** The laws of the merge train: each of them holds at the end of every course. */
export const TRAIN_LAWS: readonly Law[] = [
  law('no tree lands that was not verified on exactly what it lands on', stormy, (world) => {
    for (const { issue, dispatch, before, commit } of world.remote.landings) {
      const wasVerified = world.verifications.some(
        (verified) =>
          isOf(verified, { issue, dispatch }) &&
          verified.passed &&
          codeOf(verified.onto) === codeOf(before.tree) &&
          codeOf(verified.tree) === codeOf(commit.tree),
      );
      expect(wasVerified, `w${issue} lands on ${before.tree}`).toBe(true);
    }
  }),
  law('a landing adds its own work and takes nothing away', stormy, ({ course, remote: { landings } }) => {
    for (const { issue, before, commit } of landings) {
      const { parts, projected } = readTree(before.tree);
      const own = course.tasks.filter((task) => task.issue === issue).flatMap(partsOf);
      const landed = readTree(commit.tree);
      expect([commit.parent, landed.projected]).toEqual([before.id, projected]);
      expect([...parts, `w${issue}`].filter((part) => !landed.parts.has(part))).toEqual([]);
      expect([...landed.parts].filter((part) => !parts.has(part) && !own.includes(part))).toEqual([]);
    }
  }),
  law(
    'nothing of a cancelled work lands, and nothing lands twice',
    stormy,
    ({ cancelled, remote: { landings, heads } }) => {
      for (const issue of cancelled.keys())
        expect(
          heads.filter(({ commit }) => readTree(commit.tree).parts.has(`w${issue}`)),
          `w${issue}`,
        ).toEqual([]);
      for (const { issue } of landings) {
        expect(
          landings.filter((other) => other.issue === issue),
          `w${issue}`,
        ).toHaveLength(1);
      }
    },
  ),
  law('what was dropped from the base stays dropped', stormy, ({ remote: { dropped, heads } }) => {
    for (const { at, part } of dropped) {
      // What others change, too, may come with them.
      if (part === 's1') continue;
      const back = heads.find(({ from, commit }) => from > at && readTree(commit.tree).parts.has(part));
      expect(back, `${part} was dropped`).toBeUndefined();
    }
  }),
  law('everything lands, or ends for a reason that is on the base', stormy, (world) => {
    expect(world.errors).toEqual([]);
    for (const { issue } of world.course.tasks) {
      const end = world.ends.findLast((last) => last.issue === issue);
      const hasLanded = world.remote.landings.some((landing) => landing.issue === issue);
      if (end?.outcome === 'completed') expect(hasLanded, `w${issue} is said to have landed`).toBe(true);
      if (!hasLanded && !world.cancelled.has(issue))
        expect(end && isJust(world, end), `w${issue} ends: ${end?.outcome}`).toBe(true);
    }
  }),
  law('whoever has landed knows', stormy, ({ remote, ends }) => {
    for (const { issue, dispatch } of remote.landings) {
      const end = ends.find((ended) => isOf(ended, { issue, dispatch }));
      if (end && !remote.dropped.some(({ part }) => part === `w${issue}`))
        expect(end.outcome, `w${issue} has landed`).toBe('completed');
    }
  }),
  law('nobody gives work back for a conflict that is not on the base', stormy, (world) => {
    for (const end of world.ends) if (end.outcome === 'conflict') expect(isInConflict(world, end)).toBe(true);
  }),
  law('nobody who is not too slow is taken out', stormy, ({ remote: { takenOut } }) => {
    for (const { entry, firstFor } of takenOut)
      expect(firstFor, `w${entry.issue}`).toBeGreaterThanOrEqual(entry.limit * 1_000);
  }),
  law('work is given back where others keep moving the base, and nowhere else', fc.oneof(stormy, pushed), (world) => {
    for (const end of world.ends) {
      if (end.outcome !== 'busy' || end.at - end.began > MAX_PATIENT_MS) continue;
      const { jobs } = world.course.tasks.find(({ issue }) => issue === end.issue) ?? {};
      expect(headsDuring(world, end).length, `w${end.issue}`).toBeGreaterThan(jobs === 'hardened' ? 1 : MAX_ON_HEAD);
    }
  }),
  law('no run verifies without end, whoever pushes meanwhile', fc.oneof(stormy, pushed), ({ verifications, ends }) => {
    for (const end of ends) {
      const own = verifications.filter((verified) => isOf(verified, end));
      expect(own.length, `w${end.issue}`).toBeLessThanOrEqual(MAX_VERIFICATIONS);
    }
  }),
  law('among many that fail, nobody verifies more than four times upon others', failing, ({ verifications, ends }) => {
    for (const end of ends) {
      const own = verifications.filter((verified) => isOf(verified, end));
      expect(own.length, `w${end.issue}`).toBeLessThanOrEqual(MAX_PREDICTIONS + 1);
    }
  }),
  law('one that hangs keeps the others no longer than its limit', jammed, ({ ends, course }) => {
    expect(ends.map(({ outcome }) => outcome)).toEqual(course.tasks.map(() => 'completed'));
    for (const { issue, at } of ends) if (issue !== 1) expect(at, `w${issue}`).toBeLessThan(MAX_JAM_MS);
  }),
  law('whoever passes where nothing happens but looks of the past verifies once', quiet, ({ course, ...world }) => {
    expect(world.ends.map(({ outcome }) => outcome)).toEqual(course.tasks.map(() => 'completed'));
    expect(world.verifications.map(({ issue }) => issue).sort()).toEqual(course.tasks.map(({ issue }) => issue));
  }),
];

function law(name: string, courses: fc.Arbitrary<TrainCourse>, holds: (world: TrainWorld) => void): Law {
  const property = fc.asyncProperty(courses, async (course) => holds(await toItsEnd(course)));
  return { name, numRuns: 100, hold: (settings) => fc.assert(property, settings) };
}

export function toItsEnd(course: TrainCourse): Promise<TrainWorld> {
  return carryOut(course, course.calmFrom / 3_600 + MAX_HOURS);
}

interface Run {
  readonly issue: number;
  readonly dispatch: number;
}

function isOf(one: Run, other: Run): boolean {
  return one.issue === other.issue && one.dispatch === other.dispatch;
}

/** A failure counts on what was the base, and on nothing else. */
function isJust(world: TrainWorld, end: RunEnd): boolean {
  if (end.outcome !== 'verification') return false;
  const heads = headsDuring(world, end).map(({ tree }) => codeOf(tree));
  return world.verifications.some(
    (verified) => isOf(verified, end) && verified.passed === false && heads.includes(codeOf(verified.onto)),
  );
}

function isInConflict(world: TrainWorld, end: RunEnd): boolean {
  return headsDuring(world, end).some(({ tree }) =>
    [...readTree(tree).parts].some((part) => world.mergeFails(part, `w${end.issue}`)),
  );
}

/** What was the base while a run went on. */
function headsDuring({ remote: { heads } }: TrainWorld, { began, at }: RunEnd): readonly WorldCommit[] {
  return heads
    .filter(({ from }, index) => from <= at && (heads[index + 1]?.from ?? at) >= began)
    .map(({ commit }) => commit);
}
