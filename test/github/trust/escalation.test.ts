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

it.each([
  ['a task that needs it', { config: '', start: 'C' }],
  ['the wave before, which `advance` leads on from', { config: 'advance: auto\n', start: 'wave 1' }],
])('asks whoever started %s', async (_, { config, start }) => {
  const tasks = [
    { id: 'A', title: 'First', wave: 1, status: 'completed' },
    { id: 'D', title: 'Fourth', wave: 1 },
    { id: 'B', title: 'Second', wave: 2 },
    { id: 'C', title: 'Third', wave: 2, dependencies: ['B'] },
  ];
  scene = await githubScene({ plan: { name: 'DAW', tasks }, config: `landing: push\nattempts: 1\n${config}` });
  await scene.settle();
  await scene.label('wave 1', 'agent:start', scene.second);
  await scene.settle();
  if (start !== 'wave 1') await scene.comment(start, '/start', scene.second);
  await scene.settle();
  if (start === 'wave 1') await scene.run('D').complete();
  await scene.settle();

  await scene.run('B').fail();
  await scene.settle();

  expect(asked('B').map(({ body }) => body)).toEqual([expect.stringContaining('@second')]);
  expect(assignees('B')).toEqual(['second']);
});

it('asks no app that put the label of a start back', async () => {
  scene = await githubScene({ plan: PLAN, config: 'landing: push\nattempts: 1\n' });
  await scene.start();
  await scene.label('wave 1', 'agent:start', scene.second);
  await scene.triager.rest.issues.removeLabel({
    ...scene.repository,
    issue_number: scene.number('wave 1'),
    name: 'agent:start',
  });
  await scene.settle();
  expect(scene.labels('wave 1')).toContain('agent:start');

  await scene.run('A').fail();
  await scene.settle();

  expect(asked('A').map(({ body }) => body)).toEqual([expect.stringContaining('@lead')]);
  expect(assignees('A')).toEqual(['lead']);
});
