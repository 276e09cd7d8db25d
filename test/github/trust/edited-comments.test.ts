import type { Octokit } from '@octokit/rest';
import { afterEach, expect, it } from 'vitest';
import { appOctokit, octokitFor } from '../../../packages/embedded-github/test/support/town.ts';
import { newMemory } from '../../../src/github/memory.ts';
import { createClient } from '../../../src/github/octokit.ts';
import { reconcile } from '../../../src/reconcile.ts';
import { TIMINGS } from '../../../src/state/timings.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

/** An edited comment is another one than people answered for when it was written: it does nothing. */

const PLAN = { name: 'DAW', tasks: [{ id: 'A', title: 'First' }] };

let scene: GitHubScene;
afterEach(() => scene.close());

/** A task whose first attempt failed, and somebody who may write and does so without a second in between. */
async function failed(): Promise<Octokit> {
  scene = await githubScene({ plan: PLAN });
  await scene.start();
  await scene.run('A').fail();
  await scene.settle();
  const { token } = scene.github.createUser({ login: 'quick' });
  scene.github.addCollaborator({ repository: 'acme/daw', login: 'quick', permission: 'write' });
  return octokitFor(scene.github, token);
}

it('takes no command that was edited within the second in which it was written', async () => {
  const quick = await failed();
  const { id, created_at } = await scene.comment('A', '/skip', quick);
  const edit = { ...scene.repository, comment_id: id, body: '/skip I mean it' };

  const { data } = await quick.rest.issues.updateComment(edit);
  await scene.settle();

  expect([data.created_at, data.updated_at]).toEqual([created_at, created_at]);
  expect(scene.state('A')).toBe('retrying');
});

it('sees an edit that comes after the comments were read', async () => {
  const quick = await failed();
  const { id } = await scene.comment('A', '/skip', quick);
  const { data: token } = await appOctokit(scene.town).rest.apps.createInstallationAccessToken({
    installation_id: scene.town.installationId,
  });
  const client = createClient({ token: token.token, baseUrl: scene.github.apiUrl });
  let wasRead = false;
  (client as Octokit).hook.before('request', async ({ url }) => {
    if (url.includes('/issues/comments')) wasRead = true;
    if (!wasRead || !url.endsWith('/graphql')) return;
    wasRead = false;
    await quick.rest.issues.updateComment({ ...scene.repository, comment_id: id, body: 'I did not mean it.' });
  });

  const made = await reconcile({
    client,
    locator: scene.repository,
    app: 'waves[bot]',
    memory: newMemory(),
    timings: TIMINGS,
  });

  expect(made.kind === 'done' && made.decision.tasks.map(({ state }) => state)).toEqual(['retrying']);
});

it('takes a command that nobody edited, whoever reacted to it', async () => {
  await failed();
  const { id } = await scene.comment('A', '/skip');
  const reaction = { ...scene.repository, comment_id: id, content: 'confused' } as const;
  await scene.triager.rest.reactions.createForIssueComment(reaction);

  await scene.settle();

  expect(scene.state('A')).toBe('skipped');
});

it('takes no command that was taken back before the pass', async () => {
  await failed();
  const { id } = await scene.comment('A', '/skip');
  await scene.lead.rest.issues.deleteComment({ ...scene.repository, comment_id: id });

  await scene.settle();

  expect(scene.state('A')).toBe('retrying');
});
