import { expect, it } from 'vitest';
import { keys, scene } from './scene.ts';

/** GITHUB_TOKEN has a thousand requests an hour for all workflows of a repository. */
const budget = (left: number) => ({ left, resetAt: Date.UTC(2026, 2, 2, 9, 40) });

it('starts nothing while few requests are left, and wakes when there are more', () => {
  const { look } = scene();

  const decision = look({ budget: budget(199) });

  expect(keys(decision, 'dispatch')).toEqual([]);
  expect(decision.notice).toContain('09:40');
  expect(decision.wakeAt).toBe(budget(199).resetAt);
});

it('wakes for what is left, whatever is done already', () => {
  const { look, world } = scene();
  world.close(3, 'completed');

  expect(look({ budget: budget(199) }).wakeAt).toBe(budget(199).resetAt);
});

it('starts what may start while there are enough', () => {
  const { look } = scene();

  const decision = look({ budget: budget(200) });

  expect(keys(decision, 'dispatch')).toEqual(['dispatch:3:1:1']);
  expect(decision.notice).toBeUndefined();
  expect(decision.wakeAt).not.toBe(budget(200).resetAt);
});

it('does not wake for that when everything is done', () => {
  const { look, world } = scene();
  for (const number of [3, 4]) world.close(number, 'completed');
  for (let left = 5; left > 0; left--) world.apply(look(), { answer: 'named' });

  const decision = look({ budget: budget(0) });

  expect(decision.tasks.map(({ state }) => state)).toEqual(['completed', 'completed']);
  expect(decision.wakeAt).toBeUndefined();
});
