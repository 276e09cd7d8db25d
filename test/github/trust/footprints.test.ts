import { afterEach, expect, it } from 'vitest';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';
import { showForReview } from '../../support/scene/show-for-review.ts';

const PLAN = {
  name: 'DAW',
  tasks: [
    { id: 'SHOWN', title: 'Shown to people', touches: ['src/a/**'], priority: 5 },
    { id: 'SAME', title: 'The same files', touches: ['src/a/x.ts'] },
    { id: 'LONG', title: 'Long', estimate: '8h' },
    { id: 'LAST', title: 'Least of all', estimate: '9h', priority: -1 },
  ],
};

let scene: GitHubScene;
afterEach(() => scene.close());

it('keeps a task waiting while the pull request of another one changes the same files', async () => {
  scene = await githubScene({ plan: PLAN, config: 'landing: review\n' });
  await scene.start();
  expect(scene.running()).toEqual(['SHOWN', 'LONG', 'LAST']);
  const pull_number = await showForReview(scene, 'SHOWN', { 'src/a/x.ts': 'export const x = 1;\n' });

  expect([scene.state('SHOWN'), scene.state('SAME')]).toEqual(['in-review', 'ready']);
  expect(scene.reason('SAME')).toBe('waits for SHOWN, which changes the same files');

  await scene.lead.rest.pulls.merge({ ...scene.repository, pull_number });
  await scene.settle();

  expect([scene.state('SHOWN'), scene.state('SAME')]).toEqual(['completed', 'running']);
});

it('starts the task of the highest priority first, and the one that a person put last after all others', async () => {
  scene = await githubScene({ plan: PLAN, config: 'landing: push\nmax_parallel: 1\n' });
  await scene.settle();
  await scene.label('plan', 'agent:pause');
  await scene.start();
  await scene.comment('LONG', '/priority -2');
  await scene.lead.rest.issues.removeLabel({ ...scene.repository, issue_number: 1, name: 'agent:pause' });

  const order: string[] = [];
  for (let left = PLAN.tasks.length; left > 0; left--) {
    await scene.settle();
    order.push(...scene.running());
    await scene.run(order.at(-1) ?? '').complete();
  }

  expect(order).toEqual(['SHOWN', 'SAME', 'LAST', 'LONG']);
});

it.each(['./src/a/x.ts', 'src//a/x.ts', './'])(
  'keeps a task waiting that writes the same files as %s',
  async (path) => {
    const tasks = [
      { id: 'A', title: 'First', touches: ['src/a/**'] },
      { id: 'B', title: 'Second', touches: [path] },
    ];
    scene = await githubScene({ plan: { name: 'DAW', tasks }, config: 'landing: push\n' });

    await scene.start();

    expect(scene.running()).toEqual(['A']);
    expect(scene.reason('B')).toBe('waits for A, which changes the same files');
  },
);
