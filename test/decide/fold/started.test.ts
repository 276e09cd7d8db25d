import { expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import { configOf, planOf, taskOf } from '../../support/course.ts';
import { STRANGER, WRITER } from '../../support/pure-world.ts';
import { keys, scene } from '../scene.ts';

const chain = planOf([
  taskOf({ id: 'A' }),
  taskOf({ id: 'B', wave: 2, dependencies: ['A'] }),
  taskOf({ id: 'C', wave: 3, dependencies: ['B'] }),
  taskOf({ id: 'D' }),
]);

const states = (of: ReturnType<typeof scene>) => of.look().tasks.map(({ state }) => state);

it('starts with a task all that it needs, and nothing else', () => {
  const of = scene({ plan: chain, started: false });
  of.world.label(of.number('C'), LABEL.start, WRITER);

  expect(states(of)).toEqual(['running', 'blocked', 'blocked', 'held']);
});

it('starts nothing for a label of somebody who may not write', () => {
  const of = scene({ plan: chain, started: false });
  of.world.label(of.number('C'), LABEL.start, STRANGER);

  expect(states(of)).toEqual(['held', 'held', 'held', 'held']);
  expect(keys(of.look(), 'comment').filter((key) => key.startsWith('started'))).toEqual([]);
});

it('goes on by itself after a wave of which a task was skipped, and only then', () => {
  const plan = planOf([taskOf({ id: 'A' }), taskOf({ id: 'B', wave: 2 }), taskOf({ id: 'C', wave: 3 })]);
  const of = scene({ plan, started: false, config: configOf('advance: auto\n') });
  of.world.label(of.waves.get(1) ?? 0, LABEL.start, WRITER);
  expect(states(of)).toEqual(['running', 'held', 'held']);

  of.world.comment(of.number('A'), WRITER, '/skip');

  expect(states(of)).toEqual(['skipped', 'running', 'held']);
});
