import { afterEach, beforeEach, expect, it } from 'vitest';
import { git } from '../../packages/embedded-github/test/support/town.ts';
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

/** What the newest commit is called, and the files that it changed. */
async function newest(branch: string): Promise<readonly string[]> {
  const shown = await git(scene.town.repository.gitDir, 'show', '--name-only', '--format=%s', branch);
  return shown.split('\n').filter(Boolean);
}

it('brings back a picture that a person took away with the next commit of progress, and no other', async () => {
  const path = 'PROGRESS-pictures/plan-dark.svg';
  scene.later(EVERY);
  await scene.settle();
  const { work } = scene.town;
  await git(work, 'fetch', '--quiet', 'origin', 'main');
  await git(work, 'reset', '--quiet', '--hard', 'origin/main');
  await git(work, 'rm', '--quiet', path);
  await git(work, 'commit', '--quiet', '--message', 'Tidy up');
  await git(work, 'push', '--quiet', 'origin', 'HEAD:refs/heads/main');
  await scene.settle();
  expect(await newest('main')).toEqual(['Tidy up', path]);

  await scene.push({ '.github/agent-waves.yml': 'max_parallel: 3\n' });
  scene.later(EVERY);
  await scene.settle();

  expect(await newest('main')).toEqual([expect.stringMatching(/^Progress: /), path, 'PROGRESS.md']);
});

it('draws for a branch of its own only what shows something else', async () => {
  await scene.push({ '.github/agent-waves.yml': 'max_parallel: 2\nprogress_branch: true\n' });
  scene.later(EVERY);
  await scene.settle();
  expect((await newest('agent-waves-progress')).filter((path) => path.endsWith('.svg'))).toHaveLength(4);

  await scene.push({ '.github/agent-waves.yml': 'max_parallel: 3\nprogress_branch: true\n' });
  scene.later(EVERY);
  await scene.settle();

  expect(await newest('agent-waves-progress')).toEqual([expect.stringMatching(/^Progress: /), 'PROGRESS.md']);
});

it('says in the checklist of what landed that no branch took the progress, where that is so', async () => {
  scene.faults.push({
    on: 'request',
    route: /^graphql CommitProgress/,
    count: Number.POSITIVE_INFINITY,
    answer: { status: 403, message: 'Changes must be made through a pull request.' },
    moment: 'before',
  });
  scene.later(EVERY);
  await scene.pass();
  await scene.pass();
  await scene.run('A').complete();
  await scene.pass();
  await scene.pass();

  const { body } = scene.issue('A');
  expect(body).toContain('- ✅ tests pass\n');
  expect(body).toContain('- – progress not recorded: a rule of the repository refuses the commit\n');
  expect(body).not.toContain('✅ progress');
});
