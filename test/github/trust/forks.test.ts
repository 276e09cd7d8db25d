import type { Octokit } from '@octokit/rest';
import { afterEach, expect, it } from 'vitest';
import { commit, git, withToken } from '../../../packages/embedded-github/test/support/town.ts';
import { taskBranch } from '../../../src/state/names.ts';
import { writeResult } from '../../../src/state/write-result.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

/** Strangers call the branches of their forks as they like: none of them is a task's, or a wave's. */

let scene: GitHubScene;
afterEach(() => scene.close());

/** A pull request from a branch of a stranger's fork. @returns Its number and its head. */
async function propose(branch: string, base = 'main') {
  const { town, github } = scene;
  const { token } = github.createUser({ login: 'forker' });
  github.addCollaborator({ repository: 'acme/daw', login: 'forker', permission: 'read' });
  const fork = await github.createFork({ repository: 'acme/daw', owner: 'forker' });
  await git(town.work, 'fetch', '--quiet', 'origin', base);
  await git(town.work, 'checkout', '--quiet', '--force', '--detach', 'FETCH_HEAD');
  const head = await commit(town.work, 'Mine', { 'mine.md': 'mine\n' });
  await git(town.work, 'push', '--quiet', withToken(fork.cloneUrl, token), `HEAD:refs/heads/${branch}`);
  const { Octokit: Client } = await import('@octokit/rest');
  const forker: Octokit = new Client({ baseUrl: github.apiUrl, auth: token });
  const { data } = await forker.rest.pulls.create({
    ...scene.repository,
    title: 'Mine',
    head: `forker:${branch}`,
    base,
  });
  return { number: data.number, head };
}

it('a pull request of a fork from a branch of a task’s name is not that task’s, whatever a result says', async () => {
  scene = await githubScene({
    plan: { name: 'DAW', tasks: [{ id: 'A', title: 'First' }] },
    config: 'landing: review\n',
  });
  await scene.start();
  const run = scene.run('A');
  await run.claim();
  const pull = await propose(taskBranch('A' as never));
  const forged = writeResult({
    ...run.dispatch,
    run: run.id,
    outcome: 'in-review',
    pull,
    checks: [{ name: 'test', status: 'passed' }],
    summary: 'Mine.',
    agent: { type: 'general-purpose', model: 'sonnet' },
  });
  await scene.comment('A', forged, await scene.otherWorkflow());
  await run.end('success');
  await scene.settle();

  await scene.lead.rest.pulls.merge({ ...scene.repository, pull_number: pull.number });
  await scene.settle();

  expect(scene.state('A')).not.toBe('completed');
  expect(scene.view('A').record.history[0]).toMatchObject({
    outcome: 'infrastructure',
    cause: { kind: 'foreign-pull-request', pull: pull.number },
  });
});

it('a wave has a pull request of its own beside one of a fork from a branch of its name', async () => {
  scene = await githubScene({
    plan: { name: 'DAW', tasks: [{ id: 'A', title: 'First' }] },
    config: 'landing: push\nbase: work\n',
    base: 'work',
  });
  await scene.start();
  await scene.run('A').complete();
  const theirs = await propose('work-wave-1');

  await scene.settle();
  await scene.settle();

  const { data } = await scene.lead.rest.pulls.list({ ...scene.repository, base: 'main', head: 'acme:work-wave-1' });
  expect(data).toHaveLength(1);
  const ours = data[0]?.number ?? 0;
  expect(ours).not.toBe(theirs.number);
  expect(scene.comments('wave 1').map(({ body }) => body)).toContainEqual(expect.stringContaining(`#${ours}`));
  await scene.lead.rest.pulls.merge({ ...scene.repository, pull_number: ours });
  await scene.settle();
  expect(scene.issue('plan').state).toBe('closed');
});
