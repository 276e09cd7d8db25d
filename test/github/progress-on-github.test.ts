import { afterEach, beforeEach, expect, it } from 'vitest';
import { type GitHubScene, githubScene } from '../support/github-scene.ts';

/** When progress is committed: at once what is news; what only moves with the next news, or when it is time. */

const EVERY = 120_000;

let scene: GitHubScene;
/** A runs, and B waited for an issue of a person's, which is closed: B has started since progress was told. */
beforeEach(async () => {
  scene = await githubScene({
    plan: {
      name: 'DAW',
      tasks: [
        { id: 'A', title: 'First', wave: 1 },
        { id: 'B', title: 'Second', wave: 1 },
      ],
    },
    config: 'max_parallel: 1\n',
    timings: { progressEvery: EVERY },
  });
  await scene.start();
  const { rest } = scene.lead;
  const { data: other } = await rest.issues.create({ ...scene.repository, title: 'Buy a domain' });
  const issue_number = scene.number('B');
  await rest.issues.addBlockedByDependency({ ...scene.repository, issue_number, issue_id: other.id });
  scene.hear();
  await scene.push({ '.github/agent-waves.yml': 'max_parallel: 2\n' });
  await scene.settle();
  expect([scene.running(), await statuses()]).toEqual([['A'], ['in_progress', 'pending']]);
  await rest.issues.update({ ...scene.repository, issue_number: other.number, state: 'closed' });
  scene.hear();
  await scene.settle();
  expect(scene.running()).toEqual(['A', 'B']);
});
afterEach(() => scene.close());

async function statuses(): Promise<readonly string[]> {
  const { tasks } = (await scene.plan()) as { readonly tasks: readonly { readonly status?: string }[] };
  return tasks.map(({ status = 'pending' }) => status);
}

it('leaves what only started to the next commit, which comes when it is time', async () => {
  expect(await statuses()).toEqual(['in_progress', 'pending']);

  scene.later(EVERY);
  expect(await scene.pass()).toMatchObject({ kind: 'done', progress: 'committed' });

  expect(await statuses()).toEqual(['in_progress', 'in_progress']);
});

it('commits at once what a person holds up', async () => {
  await scene.comment('B', '/cancel');

  expect(await scene.pass()).toMatchObject({ kind: 'done', progress: 'committed' });
});

it('commits at once in a process that does not know what was told', async () => {
  scene.restart();

  await scene.settle();

  expect(await statuses()).toEqual(['in_progress', 'in_progress']);
});
