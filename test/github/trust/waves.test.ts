import { afterEach, describe, expect, it } from 'vitest';
import { readGroupRecord } from '../../../src/state/record.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

const PLAN = {
  name: 'DAW',
  waves: [{ number: 1, title: 'Ground' }],
  tasks: [
    { id: 'A', title: 'First', wave: 1, estimate: '30min' },
    { id: 'B', title: 'Second', wave: 1 },
    { id: 'C', title: 'Third', wave: 2, dependencies: ['A'] },
  ],
};

let scene: GitHubScene;
afterEach(() => scene.close());

const words = () => scene.comments('wave 1').map(({ body }) => body);

it('closes a finished wave with one comment on what it came to, whatever comes after', async () => {
  scene = await githubScene({ plan: PLAN });
  await scene.start();
  await scene.run('A').fail();
  await scene.settle();
  scene.later(120_000);
  await scene.settle();
  await scene.run('A').complete();
  await scene.comment('B', '/skip');
  await scene.settle();

  expect(scene.issue('wave 1').state_reason).toBe('completed');
  expect(words()).toEqual([
    expect.stringMatching(/^\*\*Wave 1: Ground is done\.\*\* 1 task landed, 1 skipped, 1 retry\. It took \dmin/),
  ]);
  expect(readGroupRecord(scene.issue('wave 1').body ?? '')?.summary).toBe('A: Wrote it. B: skipped.');

  scene.restart();
  await scene.settle();
  await scene.edit('wave 1', { state: 'open' });
  await scene.settle();
  await scene.run('C').complete();
  await scene.settle();

  expect(words()).toHaveLength(1);
  expect(scene.issue('wave 1').state).toBe('open');
});

describe('a plan that the app has finished', () => {
  const ONE = { name: 'DAW', waves: PLAN.waves, tasks: PLAN.tasks.slice(0, 1) };
  const finished = async () => {
    scene = await githubScene({ plan: ONE });
    await scene.start();
    await scene.run('A').complete();
    await scene.settle();
  };
  const more = async () => {
    await scene.pushPlan({ ...ONE, tasks: PLAN.tasks.slice(0, 2) });
    await scene.settle();
  };
  const states = () => ['plan', 'wave 1'].map((name) => scene.issue(name).state);

  it('opens again with a wave that gets a new task, and is summed up once more when that is done', async () => {
    await finished();
    expect(states()).toEqual(['closed', 'closed']);

    await more();
    expect([states(), scene.running()]).toEqual([['open', 'open'], ['B']]);
    scene.restart();
    await scene.run('B').complete();
    await scene.settle();

    expect(states()).toEqual(['closed', 'closed']);
    expect(words()).toEqual([
      expect.stringMatching(/^\*\*Wave 1: Ground is done\.\*\* 1 task landed/),
      expect.stringMatching(/^\*\*Wave 1: Ground is done again\.\*\* 2 tasks landed/),
    ]);
  });

  it('opens again where a person opens one of its tasks', async () => {
    await finished();

    await scene.edit('A', { state: 'open' });
    await scene.settle();

    expect([states(), scene.running()]).toEqual([['open', 'open'], ['A']]);
  });

  it('stays closed with a new task where a person closed it', async () => {
    await finished();
    await scene.edit('plan', { state: 'open' });
    await scene.settle();
    await scene.edit('plan', { state: 'closed' });
    await scene.settle();

    await more();
    await scene.edit('plan', { state: 'open' }, scene.triager);
    await scene.settle();

    expect([scene.issue('plan').state, scene.running()]).toEqual(['closed', []]);
    expect(scene.reason('B')).toContain('open it again');
  });
});
