import { afterEach, expect, it } from 'vitest';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

const PLAN = {
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second' },
  ],
};

let scene: GitHubScene;
afterEach(() => scene.close());

const assignees = (id: string) => (scene.issue(id).assignees ?? []).map(({ login }) => login);
const asked = (id: string) => scene.comments(id).filter(({ body }) => body.includes('needs a person'));

it('asks whoever started it, once, and gives them the issue', async () => {
  scene = await githubScene({ plan: PLAN, config: 'landing: push\nattempts: 1\n' });
  await scene.settle();
  await scene.label('wave 1', 'agent:start', scene.second);
  await scene.settle();

  await scene.run('A').fail();
  await scene.settle();
  scene.restart();
  await scene.settle();

  expect(scene.state('A')).toBe('needs-human');
  expect(asked('A').map(({ body }) => body)).toEqual([expect.stringContaining('@second')]);
  expect([assignees('A'), assignees('B')]).toEqual([['second'], []]);
});

it('asks whoever started the task itself before those who started its wave or plan', async () => {
  scene = await githubScene({ plan: PLAN, config: 'landing: push\nattempts: 1\n' });
  await scene.start();
  await scene.comment('A', '/start', scene.second);
  await scene.settle();

  await scene.run('A').fail();
  await scene.run('B').fail();
  await scene.settle();

  expect([assignees('A'), assignees('B')]).toEqual([['second'], ['lead']]);
});

it('asks the people and teams of the configuration, and leaves out whom GitHub does not let have an issue', async () => {
  const config = 'landing: push\nattempts: 1\nescalate_to: [second, acme/leads, nobody-here]\n';
  scene = await githubScene({ plan: PLAN, config });
  await scene.start();

  await scene.run('A').fail();
  await scene.settle();

  expect(asked('A')[0]?.body).toContain('@second @acme/leads @nobody-here');
  expect(assignees('A')).toEqual(['second']);
});
