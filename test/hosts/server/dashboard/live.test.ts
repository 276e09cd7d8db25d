import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Dashboards } from '../../../../src/hosts/server/dashboard/dashboards.ts';
import { OPEN_ACCESS } from '../../../../src/hosts/server/dashboard/open-access.ts';
import { dashboardHandler } from '../../../../src/hosts/server/dashboard/serve-dashboards.ts';
import { closeServer, listen, strictServer } from '../../../../src/hosts/server/http-server.ts';
import { TIMINGS } from '../../../../src/state/timings.ts';
import { HAS_CHROMIUM, inBrowser } from '../../../support/browser.ts';
import { type GitHubScene, githubScene } from '../../../support/github-scene.ts';
import { eventually } from '../../../support/waiting.ts';
import { type ServedApp, serveApp } from '../support/served-app.ts';

/** Dashboards of real passes, over HTTP and in a browser. */

const HOUR = 3_600_000;
const PLAN = {
  id: 'daw',
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First <b>' },
    { id: 'B', title: 'Second', dependencies: ['A'] },
  ],
};

let scene: GitHubScene;
let app: ServedApp;
let dashboards: Dashboards;
let server: ReturnType<typeof strictServer>;
let url: string;

beforeEach(async () => {
  scene = await githubScene({ plan: PLAN, config: 'landing: push\nattempts: 1\nbudget: { plan: { usd: 20 } }\n' });
  dashboards = new Dashboards();
  const timings = { ...TIMINGS, resultGrace: 0, runsEvery: 0, progressEvery: 0 };
  app = await serveApp(scene.town, { timings, period: 30_000, gather: 5, listEvery: HOUR, dashboards });
  await open(0);
  await eventually('the plan has an issue', () => scene.github.issuesReport('acme/daw').length >= 2);
  const plan = scene.github.issuesReport('acme/daw').find(({ title }) => title.startsWith('Plan'))?.number ?? 0;
  await scene.label(plan, 'agent:start');
  await eventually('A runs', () => scene.running().includes('A'));
});
afterEach(async () => {
  await closeServer(server);
  await app.close();
  await scene.close();
});

async function open(port: number): Promise<void> {
  server = strictServer(dashboardHandler(dashboards, OPEN_ACCESS));
  url = await listen(server, { host: '127.0.0.1', port });
}

const shown = (state: string) => `document.querySelector('#task-0 .state')?.textContent === '${state}'`;

describe.skipIf(!HAS_CHROMIUM)('a dashboard that is open', () => {
  it('follows what happens, and finds its way back when the server was away', async () => {
    await inBrowser({}, async ({ page, problems }) => {
      await page.goto(`${url}/dashboard/acme/daw`);
      await page.waitForFunction(shown('running'));
      await page.waitForFunction("document.querySelector('#link').textContent === 'Live'");
      // An eighth of it, since eight slots are free.
      const budget = "[...document.querySelectorAll('#summary .figure')].at(-1)";
      expect(await page.evaluate(`${budget}.textContent`)).toBe('$0.00spent of $20.00, $2.50 reserved');
      expect(await page.evaluate(`[...${budget}.querySelectorAll('i')].map(({ style }) => style.width)`)).toEqual([
        '0%',
        '12.5%',
      ]);
      expect(await page.$eval('#task-0 .title', ({ textContent }) => textContent)).toBe('First <b>');
      expect(problems).toEqual([]);

      await scene.run('A').fail();
      await page.waitForFunction(shown('needs a person'));
      const asked = await page.$eval('#needs', ({ textContent }) => textContent);
      const box = await page.$eval('.stage .task', (found) => found.getAttribute('aria-label'));

      const port = Number(new URL(url).port);
      await closeServer(server);
      await page.waitForFunction("document.querySelector('#link').textContent.startsWith('Connecting')");
      const issue = scene.github.issuesReport('acme/daw').find(({ title }) => title.startsWith('A:'))?.number ?? 0;
      await scene.comment(issue, '/retry');
      await open(port);
      await page.waitForFunction("document.querySelector('#link').textContent === 'Live'");
      await page.waitForFunction(`!(${shown('needs a person')})`);

      expect(asked).toContain('attempt 1 of 1 failed');
      expect(box).toContain('needs a person');
    });
  });
});

describe('an open dashboard', () => {
  it('is for whoever calls this machine by its own name, and for nobody who was led here', async () => {
    const { request } = await import('node:http');
    const status = (host: string, path: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const asked = request(`${url}${path}`, { headers: { host } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        });
        asked.on('error', reject);
        asked.end();
      });

    for (const path of ['/dashboard', '/dashboard/acme/daw', '/dashboard/acme/daw/events'])
      expect(await status('evil.example', path)).toBe(403);
    expect(await status('localhost:1', '/dashboard/acme/daw')).toBe(200);
    expect(await status('localhost', '/dashboard/acme/other')).toBe(404);
    expect(await status('localhost', '/dashboard/../api')).toBe(404);
  });

  it('says in its headers what it may do, and lets nobody frame or keep it', async () => {
    const { headers } = await fetch(`${url}/dashboard/acme/daw`);

    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('sends to whoever watches only what is news', async () => {
    const leaving = new AbortController();
    const answer = await fetch(`${url}/dashboard/acme/daw/events`, { signal: leaving.signal });
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const untilSaid = async (word: string) => {
      while (!text.includes(word)) text += (await reader?.read())?.value ?? '';
    };
    await untilSaid('"shade":"running"');

    await scene.run('A').fail();
    await untilSaid('"shade":"needs-human"');
    leaving.abort();

    const told = text.split('\n').filter((line) => line.startsWith('data: '));
    expect(new Set(told).size).toBe(told.length);
  });
});
