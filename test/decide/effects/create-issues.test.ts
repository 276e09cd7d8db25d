import { describe, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import { Course, configOf, planOf, taskOf } from '../../support/course.ts';
import { BEGIN, WRITER } from '../../support/pure-world.ts';
import { keys } from '../scene.ts';

const small = planOf([taskOf({ id: 'A' }), taskOf({ id: 'B', wave: 2, dependencies: ['A'] })]);

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

  it('makes 70 issues a minute at most and wakes when more may be made', () => {
    const course = new Course(planOf(Array.from({ length: 100 }, (_, n) => taskOf({ id: `T-${n}` }))), configOf());
    course.settle();
    course.world.tick(120);
    course.world.label(1, LABEL.start, WRITER);

    const first = course.pass();
    const second = course.pass();

    expect([keys(first, 'create-issue').length, keys(second, 'create-issue').length]).toEqual([70, 0]);
    expect(second.wakeAt).toBe(BEGIN + 181_000);
    course.world.tick(61);
    expect(keys(course.pass(), 'create-issue')).toHaveLength(30);
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
