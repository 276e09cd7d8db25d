import { afterEach, expect, it } from 'vitest';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

const PLAN = {
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second', dependencies: ['A'] },
  ],
};

let scene: GitHubScene;
afterEach(() => scene.close());

it('plays a plan of two tasks to its end', async () => {
  scene = await githubScene({ plan: PLAN });
  await scene.start();
  expect(scene.running()).toEqual(['A']);

  await scene.run('A').complete();
  await scene.settle();
  expect([scene.state('A'), scene.running()]).toEqual(['completed', ['B']]);
  await scene.run('B').complete();
  await scene.settle();

  expect(['plan', 'wave 1', 'A', 'B'].map((name) => scene.issue(name).state_reason)).toEqual(
    Array(4).fill('completed'),
  );
  expect((await scene.plan()).tasks.map(({ status }: { status: string }) => status)).toEqual([
    'completed',
    'completed',
  ]);
  expect((await scene.log()).filter((message) => message.includes('Dispatch: 1'))).toHaveLength(2);
});

it('lets a run whose task was cancelled land nothing, though its agent goes on', async () => {
  scene = await githubScene({ plan: PLAN });
  await scene.start();
  const run = await scene.run('A').outlast();
  await run.claim();

  await scene.comment('A', '/cancel');
  await scene.settle();

  expect(await run.wasCancelled()).toBe(true);
  expect((await run.land()).kind).toBe('superseded');
  expect(scene.comments('A').map(({ author }) => author)).toContain('lead');
});

it('gives other workflows the identity of the runs of tasks, and people their own', async () => {
  scene = await githubScene({ plan: PLAN });
  await scene.start();

  await scene.comment('A', 'a word', await scene.otherWorkflow());
  await scene.comment('A', 'a question', scene.stranger);
  await scene.label('A', 'agent:start', scene.triager);

  expect(scene.comments('A').map(({ author }) => author)).toEqual(['github-actions[bot]', 'stranger']);
  await expect(scene.label('A', 'agent:pause', scene.stranger)).rejects.toThrow(/triage access/);
});

it('knows reverted and forced-away commits from those on the base', async () => {
  scene = await githubScene({ plan: PLAN });
  await scene.start();
  const before = await scene.head();
  await scene.run('A').complete();
  const landed = (await scene.log()).length;

  await scene.revert(await scene.head());
  const reverted = await scene.log();
  await scene.forcePush(before);

  expect([reverted.length, reverted[0]]).toEqual([landed + 1, expect.stringMatching(/^Revert "A: work"/)]);
  expect(await scene.log()).toHaveLength(landed - 1);
});
