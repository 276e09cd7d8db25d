import { afterEach, expect, it } from 'vitest';
import { ACTIONS_LOGIN } from '../../../src/state/names.ts';
import { writeResult } from '../../../src/state/write-result.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

/** Passes by jobs of the repository: records, results and closings of anybody's workflow come under one name. */

const PLAN = {
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second', dependencies: ['A'] },
  ],
};

let scene: GitHubScene;
afterEach(() => scene.close());

async function begun(): Promise<void> {
  scene = await githubScene({ plan: PLAN, withoutServer: true });
  await scene.start();
}

it('a plan goes its way from the start label to its end', async () => {
  await begun();
  expect(scene.running()).toEqual(['A']);

  await scene.run('A').complete();
  await scene.settle();
  await scene.run('B').complete();
  await scene.settle();

  expect([scene.state('A'), scene.state('B')]).toEqual(['completed', 'completed']);
  expect(scene.issue('plan')).toMatchObject({ state: 'closed', user: { login: ACTIONS_LOGIN } });
});

it('an issue that a workflow closed is not done before the base shows its work', async () => {
  await begun();
  const forger = await scene.otherWorkflow();

  await scene.edit('A', { state: 'closed', state_reason: 'completed' }, forger);
  await scene.settle();

  expect([scene.state('A'), scene.state('B'), scene.running()]).toEqual(['running', 'blocked', ['A']]);
});

it('a result that names a commit of others completes nothing', async () => {
  await begun();
  const forger = await scene.otherWorkflow();
  const { id, dispatch } = scene.run('A');
  const result = writeResult({
    ...dispatch,
    run: id,
    outcome: 'completed',
    commit: await scene.head(),
    checks: [{ name: 'test', status: 'passed' }],
    summary: 'Trust me.',
    agent: { type: 'general-purpose', model: 'sonnet' },
  });

  await scene.comment('A', `Done\n\n${result}\n`, forger);
  await scene.settle();

  expect([scene.state('A'), scene.state('B')]).toEqual(['running', 'blocked']);
});

it('a process that remembers nothing goes on where the one before ended', async () => {
  await begun();

  scene.restart();
  await scene.settle();
  await scene.run('A').complete();
  scene.restart();
  await scene.settle();

  expect([scene.state('A'), scene.running(), scene.dispatches('A')]).toEqual(['completed', ['B'], 1]);
});
