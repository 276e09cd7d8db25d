import { afterEach, describe, expect, it } from 'vitest';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';
import { PLAN_PATH, planText } from '../../support/scene/files.ts';

/** A run that was cancelled is at work for up to five minutes on GitHub: until it has ended it holds its slot. */

const planOf = (...ids: readonly string[]) => ({
  id: 'daw',
  name: 'DAW',
  tasks: ids.map((id) => ({ id, title: `Task ${id}` })),
});

let scene: GitHubScene;
afterEach(() => scene.close());

/** One task runs at a time, A first. GitHub ends a run that is cancelled once the test says so. */
async function begun() {
  scene = await githubScene({ plan: planOf('A', 'B', 'C'), config: 'landing: push\nmax_parallel: 1\n' });
  await scene.start();
  const { promise: delay, resolve: endRun } = Promise.withResolvers<void>();
  scene.faults.push({ on: 'cancel', delay });
  await scene.run('A').claim();
  return async () => {
    endRun();
    // The signal reaches the runner in a turn of its own.
    await new Promise((heard) => setTimeout(heard, 20));
  };
}

const NOES: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['/cancel on it', () => scene.comment('A', '/cancel')],
  ['/skip on it', () => scene.comment('A', '/skip')],
  ['/cancel on the plan', () => scene.comment('plan', '/cancel')],
  ['closing its issue as not planned', () => scene.edit('A', { state: 'closed', state_reason: 'not_planned' })],
  ['taking it out of the plan', () => scene.push({ [PLAN_PATH]: planText(planOf('B', 'C')) })],
];

describe.each(NOES)('after %s', (_, sayNo) => {
  it('the next task starts once GitHub has ended its run, and no sooner', async () => {
    const endRun = await begun();
    await sayNo();
    await scene.settle();
    scene.later(4 * 60_000);
    await scene.settle();
    expect(scene.running()).toEqual(['A']);

    await endRun();
    await scene.settle();

    expect(scene.running()).toEqual(['B']);
  });
});

it('a process that knows nothing of what was cancelled waits for the run as well', async () => {
  const endRun = await begun();
  await scene.comment('A', '/cancel');
  await scene.settle();
  scene.restart();
  await scene.settle();
  expect(scene.running()).toEqual(['A']);

  await endRun();
  scene.restart();
  await scene.settle();

  expect(scene.running()).toEqual(['B']);
});

it('the next task starts beside a run that GitHub does not end at all, once no job can be at work any more', async () => {
  await begun();
  await scene.comment('A', '/cancel');
  await scene.settle();
  const wakeAt = scene.decision()?.wakeAt ?? 0;
  expect(wakeAt - scene.now()).toBeGreaterThan(5 * 60_000);

  scene.later(6 * 60_000);
  await scene.settle();

  expect(scene.running()).toEqual(['A', 'B']);
});

it('the same task waits for its own run where one at a time may run', async () => {
  const endRun = await begun();
  await scene.comment('A', '/cancel');
  await scene.settle();
  await scene.comment('A', '/retry');
  await scene.comment('A', '/priority 9');
  await scene.settle();
  expect(scene.dispatches('A')).toBe(1);

  await endRun();
  await scene.settle();

  expect([scene.running(), scene.dispatches('A')]).toEqual([['A'], 2]);
});

it('a run that no runner had taken ends at once, and so does its hold on the slot', async () => {
  scene = await githubScene({ plan: planOf('A', 'B'), config: 'landing: push\nmax_parallel: 1\n' });
  await scene.start();

  await scene.comment('A', '/cancel');
  await scene.settle();

  expect(scene.running()).toEqual(['B']);
});

it('runs are listed no more once that one is seen to have ended', async () => {
  const endRun = await begun();
  await scene.comment('plan', '/pause');
  await scene.comment('A', '/cancel');
  await scene.settle();
  await endRun();
  await scene.settle();
  const before = scene.requests.filter(({ route }) => route.includes('/runs')).length;

  await scene.settle();

  expect(scene.requests.filter(({ route }) => route.includes('/runs')).length).toBe(before);
});
