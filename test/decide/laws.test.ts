import { expect, it } from 'vitest';
import { LABEL } from '../../src/state/names.ts';
import { Course, configOf, planOf, taskOf } from '../support/course.ts';
import { drawLaws } from '../support/draws.ts';
import { BEGIN } from '../support/pure-world.ts';
import { KEPT_LAW } from './kept-law.ts';
import { begun, LAWS } from './laws.ts';

drawLaws('the laws, whatever the world does', [...LAWS, KEPT_LAW]);

it('keeps the clock of its world after where it began', () => {
  const course = begun(new Course(planOf([taskOf({ id: 'A' })]), configOf()));

  const { tasks } = course.calm();

  expect(tasks.map(({ state }) => state)).toEqual(['completed']);
  expect(course.world.now).toBeGreaterThan(BEGIN);
  expect(course.world.kind(LABEL.plan).map(({ closedAs }) => closedAs)).toEqual(['completed']);
});
