import { expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import { readGroupRecord } from '../../../src/state/record.ts';
import { Course, configOf, planOf, taskOf } from '../../support/course.ts';
import { STRANGER, WRITER } from '../../support/pure-world.ts';

/** More than this many comments of others, and the watermark moves without a command among them. */
const MANY = 51;

function begun() {
  const course = new Course(planOf([taskOf({ id: 'A' }), taskOf({ id: 'B' })]), configOf());
  course.settle();
  const [plan] = course.world.kind(LABEL.plan);
  const number = plan?.number ?? 0;
  course.world.label(number, LABEL.start, WRITER);
  course.settle();
  const watermark = () => readGroupRecord(course.world.issue(number).body)?.watermark;
  return { course, world: course.world, number, watermark };
}

it('comes to rest after answers to more people than a pass passes over', () => {
  const { course, world, number, watermark } = begun();
  for (let left = MANY; left > 0; left--) {
    world.tick();
    const [, ...others] = [...world.issues.keys()];
    world.comment(others[left % others.length] ?? number, WRITER, '/why');
  }
  world.tick();

  course.settle();
  const moved = watermark();
  course.settle();

  expect([moved === undefined, watermark()]).toEqual([false, moved]);
});

it('moves past many comments of others that ask for nothing', () => {
  const { course, world, number, watermark } = begun();
  for (let left = MANY; left > 0; left--) {
    world.tick();
    world.comment(number, STRANGER, 'Nice.');
  }

  course.settle();

  expect(watermark()).toBeDefined();
});
