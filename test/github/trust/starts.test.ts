import { afterEach, expect, it } from 'vitest';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

/** A chain of three over three waves, one task beside it, and one that waits for nothing. */
const PLAN = {
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'Ground', wave: 1 },
    { id: 'B', title: 'Wall', wave: 2, dependencies: ['A'] },
    { id: 'C', title: 'Roof', wave: 3, dependencies: ['B'] },
    { id: 'D', title: 'Garden', wave: 1 },
  ],
};

let scene: GitHubScene;
afterEach(() => scene.close());

/** Issues of tasks are there, and nothing runs: one task was started and held again. */
async function standing(plan: object = PLAN, config?: string) {
  scene = await githubScene({ plan, ...(config === undefined ? {} : { config }) });
  await scene.settle();
  await scene.label('plan', 'agent:start');
  await scene.label('plan', 'agent:pause');
  await scene.settle();
  await scene.lead.rest.issues.removeLabel({ ...scene.repository, issue_number: 1, name: 'agent:start' });
  await scene.lead.rest.issues.removeLabel({ ...scene.repository, issue_number: 1, name: 'agent:pause' });
  await scene.settle();
  expect(scene.running()).toEqual([]);
}

const words = (id: string) => scene.comments(id).map(({ body }) => body);

it('starts what a started task needs, over as many steps as it takes, and says so once', async () => {
  await standing();

  await scene.label('C', 'agent:start');
  await scene.settle();
  await scene.settle();

  expect(scene.running()).toEqual(['A']);
  expect(scene.state('D')).toBe('held');
  expect(words('C')).toEqual([
    `**C** is started, and with it what it needs: A (#${scene.number('A')}), B (#${scene.number('B')}).\n\nIt is blocked: waits for B (#${scene.number('B')}), which waits itself.`,
  ]);

  for (const id of ['A', 'B', 'C']) {
    await scene.run(id).complete();
    await scene.settle();
  }
  expect([scene.state('C'), scene.state('D')]).toEqual(['completed', 'held']);
});

it('says which of what it needs a person holds', async () => {
  await standing();
  await scene.comment('A', '/cancel');
  await scene.settle();

  await scene.comment('B', '/start');
  await scene.settle();

  expect(scene.running()).toEqual([]);
  expect(words('B').at(-1)).toMatch(/These wait for a person:\n\n- A \(#\d+\): cancelled by/);
});

it('answers a start of a task of which nothing is left to do, and does nothing', async () => {
  await standing();
  await scene.edit('A', { state: 'closed', state_reason: 'completed' });
  await scene.settle();

  await scene.comment('A', '/start');
  await scene.settle();

  expect(scene.running()).toEqual([]);
  expect(words('A').at(-1)).toMatch(/^\*\*A\*\* is not started: nothing of it is left to do/);
});

it('does not start what a skipped or listed need waited for', async () => {
  await standing({
    ...PLAN,
    tasks: PLAN.tasks.map((task) => (task.id === 'B' ? { ...task, status: 'completed' } : task)),
  });

  await scene.label('C', 'agent:start');
  await scene.settle();

  expect(scene.running()).toEqual(['C']);
  expect(words('C')[0]).toContain('everything that it needs is done');
});

it('goes on with the next wave by itself, over a task that was skipped and a wave that was listed as done', async () => {
  const plan = {
    name: 'DAW',
    tasks: [
      { id: 'A', title: 'Ground', wave: 1 },
      { id: 'A2', title: 'Cellar', wave: 1 },
      { id: 'B', title: 'Wall', wave: 2, status: 'completed' },
      { id: 'C', title: 'Roof', wave: 3 },
      { id: 'D', title: 'Garden', wave: 4 },
    ],
  };
  scene = await githubScene({ plan, config: 'landing: push\nadvance: auto\n' });
  await scene.settle();
  await scene.label('wave 1', 'agent:start');
  await scene.settle();
  expect(scene.running()).toEqual(['A', 'A2']);

  await scene.run('A').complete();
  await scene.comment('A2', '/skip');
  await scene.settle();
  expect(scene.state('C')).toBe('running');
  await scene.run('C').complete();
  await scene.settle();
  expect(scene.state('D')).toBe('running');
  await scene.run('D').complete();
  await scene.settle();

  expect(scene.issue('plan').state_reason).toBe('completed');
});
