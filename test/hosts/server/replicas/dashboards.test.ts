import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Dashboards } from '../../../../src/hosts/server/dashboard/dashboards.ts';
import { OPEN_ACCESS } from '../../../../src/hosts/server/dashboard/open-access.ts';
import { dashboardHandler } from '../../../../src/hosts/server/dashboard/serve-dashboards.ts';
import { closeServer, listen, strictServer } from '../../../../src/hosts/server/http-server.ts';
import { openReplicas, type Replicas } from '../../../../src/hosts/server/replicas/open-replicas.ts';
import { TIMINGS } from '../../../../src/state/timings.ts';
import { HAS_CHROMIUM, inBrowser } from '../../../support/browser.ts';
import { type GitHubScene, githubScene } from '../../../support/github-scene.ts';
import { HAS_REDIS, type RedisServer, startRedis } from '../../../support/redis.ts';
import { eventually } from '../../../support/waiting.ts';
import { serveApp } from '../support/served-app.ts';

/** Two replicas of the real app over one Redis server, each with dashboards of its own. */

const PLAN = {
  id: 'daw',
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second', dependencies: ['A'] },
  ],
};

interface Replica {
  readonly url: string;
  readonly shared: Replicas;
}

let redis: RedisServer;
let scene: GitHubScene;
let closing: (() => unknown)[];
let replicas: readonly Replica[];

beforeEach(async () => {
  if (!HAS_REDIS) return;
  closing = [];
  redis = await startRedis();
  closing.push(redis.close);
  scene = await githubScene({ plan: PLAN, config: 'landing: push\nattempts: 1\n' });
  closing.push(scene.close);
  replicas = [await open(), await open()];
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function open(): Promise<Replica> {
  const none = () => undefined;
  const shared = await openReplicas({
    ...{ url: redis.url, appId: '1', baseUrl: scene.github.apiUrl, gather: 50 },
    ...{ warn: none, onReturn: none },
  });
  closing.push(shared.close);
  const dashboards = new Dashboards(shared.views);
  const timings = { ...TIMINGS, resultGrace: 0, runsEvery: 0, progressEvery: 0 };
  const options = { timings, period: 30_000, gather: 50, listEvery: 3_600_000, dashboards, shared: shared.passes };
  const app = await serveApp(scene.town, options);
  closing.push(app.close);
  const server = strictServer(dashboardHandler(dashboards, OPEN_ACCESS));
  closing.push(() => closeServer(server));
  return { url: `${await listen(server, { host: '127.0.0.1', port: 0 })}/dashboard`, shared };
}

async function start(): Promise<void> {
  const issues = () => scene.github.issuesReport('acme/daw');
  await eventually('the plan has an issue', () => issues().some(({ title }) => title.startsWith('Plan')));
  await scene.label(issues().find(({ title }) => title.startsWith('Plan'))?.number ?? 0, 'agent:start');
  await eventually('A runs', () => scene.running().includes('A'));
}

const state = (text: string) => `document.querySelector('#task-0 .state')?.textContent === '${text}'`;

describe.skipIf(!HAS_REDIS)('dashboards of replicas', () => {
  it.skipIf(!HAS_CHROMIUM)('follow what happens on each of them, whichever makes the passes', async () => {
    await start();

    await inBrowser({}, async ({ page: one, problems }) => {
      await inBrowser({}, async ({ page: other }) => {
        for (const [nth, page] of [one, other].entries()) {
          await page.goto(`${replicas[nth]?.url}/acme/daw`);
          await page.waitForFunction(state('running'));
          await page.waitForFunction("document.querySelector('#link').textContent === 'Live'");
        }
        await scene.run('A').fail();
        for (const page of [one, other]) await page.waitForFunction(state('needs a person'));
      });
      expect(problems).toEqual([]);
    });
  });

  it('list the plans of all, and show each on every one', async () => {
    await start();

    for (const { url } of replicas) {
      await eventually('it is listed', async () => (await (await fetch(url)).text()).includes('acme/daw'));
      const answer = await fetch(`${url}/acme/daw`);
      expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('Second')]);
    }
  });

  it('answer while Redis is away, in seconds and by what is known here', async () => {
    await start();
    for (const { url } of replicas) expect((await fetch(`${url}/acme/daw`)).status).toBe(200);

    redis.pause();
    try {
      for (const { url } of replicas) expect((await fetch(`${url}/acme/daw`)).status).toBe(200);
    } finally {
      redis.resume();
    }
  });
});
