import { afterEach, beforeEach, expect, it } from 'vitest';
import { type GitHubScene, githubScene } from '../support/github-scene.ts';

/** When progress is committed: at once what is news; what only moves with the next news, or when it is time. */

const EVERY = 120_000;

let scene: GitHubScene;
/** A has landed and said so, which a pass has told; then its issue was closed, and B started. */
beforeEach(async () => {
  scene = await githubScene({
    plan: {
      name: 'DAW',
      tasks: [
        { id: 'A', title: 'First', wave: 1 },
        { id: 'B', title: 'Second', wave: 1, dependencies: ['A'] },
      ],
    },
    timings: { progressEvery: EVERY },
  });
  await scene.start();
  const first = scene.run('A');
  await first.claim();
  await first.land();
  await first.report('completed');
  await scene.pass();
  expect(await statuses()).toEqual(['completed', 'pending']);
  await first.closeIssue();
  await first.end();
  await scene.settle();
  expect(scene.running()).toEqual(['B']);
});
afterEach(() => scene.close());

async function statuses(): Promise<readonly string[]> {
  const { tasks } = (await scene.plan()) as { readonly tasks: readonly { readonly status?: string }[] };
  return tasks.map(({ status = 'pending' }) => status);
}

it('leaves what only started to the next commit, which comes when it is time', async () => {
  expect(await statuses()).toEqual(['completed', 'pending']);

  scene.later(EVERY);
  expect(await scene.pass()).toMatchObject({ kind: 'done', progress: 'committed' });

  expect(await statuses()).toEqual(['completed', 'in_progress']);
});

it('commits at once what a person holds up', async () => {
  await scene.comment('B', '/cancel');

  expect(await scene.pass()).toMatchObject({ kind: 'done', progress: 'committed' });
});

it('commits at once in a process that does not know what was told', async () => {
  scene.restart();

  await scene.settle();

  expect(await statuses()).toEqual(['completed', 'in_progress']);
});
