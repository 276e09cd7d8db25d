import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServedDashboard, serveObserved, VIEWER } from '../../../src/cli/rehearse/observed-dashboard.ts';
import { HAS_CHROMIUM, inBrowser } from '../../support/browser.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

/** Passes that end with their job, and a dashboard that observes what they left. */

const PLAN = {
  id: 'daw',
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second', dependencies: ['A'] },
  ],
};

let scene: GitHubScene;
let shown: ServedDashboard;
beforeEach(async () => {
  scene = await githubScene({ plan: PLAN, config: 'landing: push\nattempts: 1\n', withoutServer: true });
  shown = await serveObserved(scene.github, { owner: 'acme', repo: 'daw' });
});
afterEach(async () => {
  await shown.close();
  await scene.close();
});

const asked = () => scene.requests.filter(({ actor }) => actor === VIEWER);
const state = (text: string) => `document.querySelector('#task-0 .state')?.textContent === '${text}'`;

describe.skipIf(!HAS_CHROMIUM)('the dashboard of a plan whose passes jobs make', () => {
  it('follows in a browser what happens, and shows no run before it is started', async () => {
    await scene.settle();
    await scene.label('plan', 'agent:start');

    await inBrowser({}, async ({ page, problems }) => {
      await page.goto(`${shown.url}/acme/daw`);
      await page.waitForFunction(state('ready'));
      await page.waitForFunction("document.querySelector('#link').textContent === 'Live'");
      await scene.settle();
      await page.waitForFunction(state('running'));
      await scene.run('A').fail();
      await scene.settle();
      await page.waitForFunction(state('needs a person'));

      expect(await page.$eval('#needs', ({ textContent }) => textContent)).toContain('attempt 1 of 1 failed');
      expect(problems).toEqual([]);
    });
  });
});

it('asks for nothing while nobody looks, and writes nothing at all', async () => {
  await scene.start();
  expect(asked()).toEqual([]);

  const answer = await fetch(`${shown.url}/acme/daw`);

  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('First')]);
  const routes = asked().map(({ method, route }) => `${method} ${route}`);
  expect(routes.length).toBeGreaterThan(0);
  expect(routes.filter((route) => !/^GET |graphql Observe/.test(route))).toEqual([]);
});
