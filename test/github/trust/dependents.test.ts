import { afterEach, expect, it } from 'vitest';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

const PLAN = {
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second', dependencies: ['A'] },
    { id: 'C', title: 'Third', dependencies: ['A'] },
    { id: 'D', title: 'Fourth', dependencies: ['A'] },
    { id: 'E', title: 'Fifth', dependencies: ['C'] },
  ],
};

let scene: GitHubScene;
afterEach(() => scene.close());

/** A and B are completed, C runs, D and E have not started. @returns The commit of A. */
async function halfDone(): Promise<string> {
  scene = await githubScene({ plan: PLAN, config: 'landing: push\nmax_parallel: 1\n' });
  await scene.start();
  const run = scene.run('A');
  await run.complete();
  await scene.settle();
  for (let left = 4; left > 0 && scene.running()[0] !== 'C'; left--) {
    await scene.run(scene.running()[0] ?? '').complete();
    await scene.settle();
  }
  return run.commit ?? '';
}

/** How often each was told that A is completed no longer. */
const told = () =>
  ['B', 'C', 'D', 'E'].map((id) => scene.comments(id).filter(({ body }) => /^A \(#\d+\), which/.test(body)).length);

it('puts dependents that have not started back, and tells those that have, once, when a task is reverted', async () => {
  const commit = await halfDone();
  const started = ['B', 'C', 'D', 'E'].filter((id) => scene.dispatches(id) > 0);

  await scene.revert(commit);
  await scene.settle();
  await scene.settle();
  scene.restart();
  await scene.settle();

  expect(told()).toEqual(['B', 'C', 'D', 'E'].map((id) => (started.includes(id) ? 1 : 0)));
  expect(scene.running()).toEqual(['C']);
  await scene.run('C').complete();
  await scene.settle();
  expect([scene.running(), scene.state('C')]).toEqual([['E'], 'completed']);
  for (const id of ['B', 'D']) if (!started.includes(id)) expect(scene.state(id)).toBe('blocked');
});

it('tells them once more only when it happens again', async () => {
  const commit = await halfDone();
  const revert = await scene.revert(commit);
  await scene.settle();
  const once = told();

  const again = await scene.revert(revert);
  scene.later(91_000);
  await scene.settle();
  expect([scene.state('A'), told()]).toEqual(['completed', once]);
  await scene.revert(again);
  await scene.settle();

  expect(told()).toEqual(once.map((count) => 2 * count));
});

it('tells them when a person opens a completed task again, and waits for it', async () => {
  await halfDone();
  const waiting = ['B', 'D'].filter((id) => scene.dispatches(id) === 0);

  await scene.edit('A', { state: 'open' });
  await scene.settle();
  await scene.settle();

  expect(told()).toEqual(['B', 'C', 'D', 'E'].map((id) => (scene.dispatches(id) > 0 ? 1 : 0)));
  for (const id of waiting) expect(scene.state(id)).toBe('blocked');
  expect(scene.dispatches('A')).toBe(1);
});
