import { describe, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import { Course, configOf, planOf, taskOf } from '../../support/course.ts';
import { BEGIN, WRITER } from '../../support/pure-world.ts';
import { keys } from '../scene.ts';

const small = planOf([taskOf({ id: 'A' }), taskOf({ id: 'B', wave: 2, dependencies: ['A'] })]);

function independent(count: number) {
  return Array.from({ length: count }, (_, nth) => taskOf({ id: `T-${nth}` }));
}

function after(nth: number) {
  return { dependencies: nth === 0 ? [] : [`C-${nth - 1}`] };
}

describe('creations', () => {
  it('makes labels, then the plan issue, then waves, and no task before something is started', () => {
    const course = new Course(small, configOf());

    const passes = [1, 2, 3, 4].map(() => keys(course.pass()));

    expect(passes[0]?.every((key) => key.startsWith('label:'))).toBe(true);
    expect(passes.slice(1)).toEqual([
      ['issue:plan'],
      ['issue:wave:1', 'issue:wave:2', 'body:1'].slice(0, 2),
      ['body:1'],
    ]);
  });

  it('makes the tasks of started waves first', () => {
    const course = new Course(small, configOf());
    course.settle();
    course.world.label(3, LABEL.start, WRITER);

    expect(keys(course.pass(), 'create-issue')).toEqual(['issue:task:B', 'issue:task:A']);
  });

  it('makes 60 issues a minute, and wakes when more may be made', () => {
    const course = new Course(planOf(independent(100)), configOf());
    course.settle();
    course.world.tick(120);
    course.world.label(1, LABEL.start, WRITER);

    const first = course.pass();
    const second = course.pass();

    expect([keys(first, 'create-issue').length, first.wakeAt]).toEqual([60, BEGIN + 120_000]);
    expect([keys(second, 'create-issue').length, second.wakeAt]).toEqual([0, BEGIN + 181_000]);
    course.world.tick(61);
    expect(keys(course.pass(), 'create-issue')).toHaveLength(40);
  });

  it('makes 400 issues an hour, and wakes when the first of them is an hour old', () => {
    const course = new Course(planOf(independent(1_000)), configOf('max_parallel: 20'));
    course.settle();
    course.world.tick(3_600);
    course.world.label(1, LABEL.start, WRITER);
    const madeIn = (minutes: number) => {
      const before = course.world.issues.size;
      for (let minute = 0; minute < minutes; minute++) {
        course.pass();
        course.world.tick(61);
      }
      return course.world.issues.size - before;
    };

    expect(madeIn(7)).toBe(400);
    expect(madeIn(3)).toBe(0);
    const waiting = course.pass();
    expect(waiting.wakeAt).toBe(BEGIN + (3_600 + 3_600 + 1) * 1_000);
  });

  it('makes the issues of tasks that may start now, and of their waves, before those of all others', () => {
    const chain = Array.from({ length: 150 }, (_, nth) => taskOf({ id: `C-${nth}`, wave: nth + 1, ...after(nth) }));
    const course = new Course(planOf([...chain, taskOf({ id: 'LAST', wave: 151, minutes: 600 })]), configOf());
    for (let left = 3; left > 0; left--) course.pass();
    course.world.label(1, LABEL.start, WRITER);

    const passes = [1, 2].map(() => keys(course.pass(), 'create-issue'));

    // Sixty waves were made before anybody started anything.
    expect(passes).toEqual([['issue:wave:151'], ['issue:task:C-0', 'issue:task:LAST']]);
    expect(keys(course.pass(), 'dispatch')).toHaveLength(2);
  });

  it('closes what was made twice, whatever its kind: the lowest number stays', () => {
    const course = new Course(small, configOf());
    course.settle();
    course.world.label(1, LABEL.start, WRITER);
    course.settle();
    for (const number of [1, 2, 4]) course.world.open({ ...course.world.issue(number), by: 'agent-waves[bot]' });

    expect(keys(course.pass(), 'close-issue')).toEqual(['duplicate:6', 'duplicate:7', 'duplicate:8']);
  });
});
