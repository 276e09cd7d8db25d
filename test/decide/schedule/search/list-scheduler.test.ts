import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexJobs, type RemainingJob } from '../../../../src/decide/schedule/search/indexed-jobs.ts';
import { ListScheduler } from '../../../../src/decide/schedule/search/list-scheduler.ts';
import type { TaskId } from '../../../../src/plan/plan.ts';
import { overlaps } from '../../../../src/plan/touches.ts';

const GLOBS = ['a/**', 'a/b/**', 'a/b/c.ts', 'a/b', 'a/bc/**', 'd.ts', 'd*', '**'];

interface Case {
  /** In order of place. */
  readonly jobs: readonly RemainingJob[];
  readonly slots: number;
  readonly priorities: readonly number[];
}

const jobs = fc
  .array(
    fc.record({
      minutes: fc.integer({ min: 1, max: 9 }),
      state: fc.constantFrom('running', 'ready', 'later', 'later'),
      wait: fc.option(fc.nat(12), { nil: undefined }),
      needs: fc.array(fc.nat(9), { maxLength: 3 }),
      touches: fc.array(fc.constantFrom(...GLOBS), { maxLength: 2 }),
      draws: fc.nat(3),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map((rows) =>
    rows.map(({ state, needs, draws, touches, wait, ...row }, place): RemainingJob => {
      const before = state === 'running' ? [] : needs.filter((need) => need < place);
      const names = [...new Set(before)].map((need) => `T${need}` as TaskId);
      const waits = wait === undefined ? {} : { wait };
      return {
        ...row,
        ...waits,
        id: `T${place}` as TaskId,
        place,
        rank: 0,
        state,
        needs: names,
        touches: draws === 0 ? [] : touches,
      };
    }),
  );
const cases: fc.Arbitrary<Case> = fc.record({
  jobs,
  slots: fc.integer({ min: 1, max: 4 }),
  priorities: fc.array(fc.nat(3), { minLength: 10, maxLength: 10 }),
});

/** When each job starts: at every moment the first in order that may, as long as there is a slot. */
function carriedOut({ jobs: all, slots, priorities }: Case): readonly number[] {
  const starts: number[] = all.map(({ state }) => (state === 'running' ? 0 : Number.NaN));
  const endOf = (place: number) => (starts[place] as number) + (all[place]?.minutes ?? 0);
  const releaseOf = ({ state, wait = 0 }: RemainingJob) => (state === 'later' ? Math.max(1, wait) : 0);
  const order = [...all].sort(
    (a, b) => (priorities[b.place] as number) - (priorities[a.place] as number) || a.place - b.place,
  );
  for (let now = 0; starts.some(Number.isNaN); now++) {
    for (const job of order) {
      const beside = all.filter(({ place }) => (starts[place] as number) <= now && endOf(place) > now);
      const isReleased = job.needs.every((id) => endOf(Number(id.slice(1))) <= now) && releaseOf(job) <= now;
      const isFree = beside.length < slots && beside.every(({ touches }) => !overlaps(touches, job.touches));
      if (Number.isNaN(starts[job.place]) && isReleased && isFree) starts[job.place] = now;
    }
  }
  return starts;
}

function schedulerOf({ jobs: given, slots }: Case, maxDetours?: number): ListScheduler {
  return new ListScheduler(indexJobs(given), maxDetours === undefined ? { slots } : { slots, maxDetours });
}

describe('a list schedule', () => {
  it('starts at every moment the first in order that may, again and again in any order', () => {
    fc.assert(
      fc.property(cases, ({ priorities, ...given }) => {
        const scheduler = schedulerOf({ ...given, priorities });
        for (const order of [priorities, priorities.toReversed(), priorities]) {
          const starts = carriedOut({ ...given, priorities: order });
          const ends = given.jobs.map(({ minutes, place }) => (starts[place] as number) + minutes);

          expect(scheduler.run(Float64Array.from(order))).toBe(Math.max(...ends));
          expect([...scheduler.start]).toEqual(starts);
          expect([...scheduler.end]).toEqual(ends);
          const now = given.jobs.flatMap(({ state, place }) =>
            state !== 'running' && starts[place] === 0 ? [place] : [],
          );
          expect(scheduler.startedNow()).toEqual(now);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('is given up once it is known to end too late, and not before', () => {
    fc.assert(
      fc.property(cases, fc.nat(30), (given, latest) => {
        const priorities = Float64Array.from(given.priorities);
        const scheduler = schedulerOf(given);
        const end = scheduler.run(priorities);

        expect(scheduler.run(priorities, latest)).toBe(end > latest ? Number.POSITIVE_INFINITY : end);
        // Nothing of it is left in the next one.
        expect(scheduler.run(priorities)).toBe(end);
      }),
    );
  });

  it('is given up after too many detours', () => {
    const job = { rank: 0, minutes: 10, needs: [], touches: ['a'], state: 'ready' as const };
    const given = {
      jobs: ['T0', 'T1'].map((id, place) => ({ ...job, id: id as TaskId, place })),
      slots: 2,
      priorities: [],
    };
    const ends = [0, 1].map((most) => schedulerOf(given, most).run(new Float64Array(2)));

    expect(ends).toEqual([Number.POSITIVE_INFINITY, 20]);
  });
});
