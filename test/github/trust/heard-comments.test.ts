import { afterEach, beforeEach, expect, it } from 'vitest';
import { LABEL } from '../../../src/state/names.ts';
import { TIMINGS } from '../../../src/state/timings.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

/** What is said on issues is heard in the next pass by a process that goes on, without a request of its own. */

let scene: GitHubScene;
beforeEach(async () => {
  scene = await githubScene({
    plan: { name: 'DAW', tasks: [{ id: 'A', title: 'First' }] },
    timings: { runsEvery: TIMINGS.runsEvery },
  });
  await scene.start();
  scene.requests.length = 0;
});
afterEach(() => scene.close());

const listings = () => scene.requests.filter(({ route }) => route === '/repos/{owner}/{repo}/issues/comments').length;

it('hears a command with the issues', async () => {
  await scene.comment('A', '/skip');

  await scene.pass();

  expect(scene.state('A')).toBe('skipped');
  expect(listings()).toBe(0);
});

const takeOff = (who: 'triager' | 'lead', name: string, label: string) =>
  scene[who].rest.issues.removeLabel({ ...scene.repository, issue_number: scene.number(name), name: label });

it('hears a command on an issue whose label a triager took off', async () => {
  await takeOff('triager', 'A', LABEL.task);
  await takeOff('triager', 'plan', LABEL.plan);
  await scene.comment('A', '/skip');

  await scene.pass();

  expect(scene.state('A')).toBe('skipped');
});

it('hears a command in the pass that gives the plan issue its label back', async () => {
  await takeOff('lead', 'plan', LABEL.plan);
  await scene.comment('A', '/skip');
  scene.restart();

  await scene.pass();

  expect(scene.state('A')).toBe('skipped');
});

it('lists comments where more were written on an issue than come with it', async () => {
  await scene.comment('A', '/skip');
  for (let nth = 0; nth < 31; nth++) await scene.comment('A', `Word ${nth}.`, scene.triager);

  await scene.pass();

  expect(scene.state('A')).toBe('skipped');
  expect(listings()).toBe(1);
});

it('takes a failure for one in the pass that hears of it: what its run came to is listed once more', async () => {
  await scene.run('A').fail();

  await scene.pass();

  expect(scene.state('A')).toBe('retrying');
  expect(scene.requests.filter(({ route }) => route.endsWith('/runs'))).toHaveLength(1);
});

it('believes a result no more that was edited after it was read', async () => {
  const run = scene.run('A');
  await run.claim();
  await run.report('verification');
  await scene.pass();
  const { data } = await scene.lead.rest.issues.listComments({ ...scene.repository, issue_number: scene.number('A') });
  const { id = 0, body = '' } = data.at(-1) ?? {};
  await scene.lead.rest.issues.updateComment({ ...scene.repository, comment_id: id, body: `${body} ` });
  await run.end('failure');
  scene.later(TIMINGS.runsEvery);

  await scene.pass();

  expect(scene.state('A')).toBe('running');
});
