import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Probot } from 'probot';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startTown, type Town } from '../../../packages/embedded-github/test/support/town.ts';
import { type App, createApp } from '../../../src/hosts/server/app.ts';
import { ServerOctokit } from '../../../src/hosts/server/octokit.ts';
import { TIMINGS } from '../../../src/state/timings.ts';

/** What no issue tells of by the moment of its last change is asked for when a webhook tells of it. */

const SECRET = 'a secret of the test';
const FILES = { 'docs/planning/tasks.json': JSON.stringify({ name: 'Plan', tasks: [{ id: 'A', title: 'First' }] }) };
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let town: Town;
let probot: Probot;
let app: App;
/** From when on issues were asked for in each reading; null where every one was. */
let readings: (string | null)[];

beforeEach(async () => {
  town = await startTown({ files: FILES });
  readings = [];
  probot = new Probot({
    appId: town.app.id,
    privateKey: town.app.privateKey,
    secret: SECRET,
    baseUrl: town.github.apiUrl,
    logLevel: 'fatal',
    Octokit: ServerOctokit.plugin((octokit) =>
      octokit.hook.before('request', ({ query, variables }: Record<string, unknown>) => {
        if (!String(query).trimStart().startsWith('query Observe(')) return;
        readings.push((variables as { readonly since: string | null }).since);
      }),
    ),
  });
  // Nothing but webhooks causes a pass once the first ones are over.
  app = createApp({ timings: TIMINGS, period: 86_400_000, gather: 5, listEvery: 2 ** 31 - 1 });
  await probot.load(app.load);
  while (await hasRead()) readings = [];
});
afterEach(async () => {
  await app.stop();
  await town.close();
});

/** @returns Whether a reading came, and was the last of its burst. */
async function hasRead(): Promise<boolean> {
  for (let turn = 0; turn < 20 && readings.length === 0; turn++) await wait(100);
  for (let known = -1; known < readings.length; ) {
    known = readings.length;
    await wait(500);
  }
  return readings.length > 0;
}

async function receive(event: string, action: string, login = 'triager'): Promise<void> {
  const [owner, name] = ['acme', 'daw'];
  const payload = {
    action,
    installation: { id: town.installationId },
    sender: { login },
    repository: { name, owner: { login: owner }, full_name: `${owner}/${name}` },
  };
  const body = JSON.stringify(payload);
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
  await probot.webhooks.verifyAndReceive({ id: randomUUID(), name: event, payload: body, signature });
}

it.each([
  ['issue_dependencies', 'blocked_by_removed'],
  ['sub_issues', 'sub_issue_removed'],
  ['issues', 'deleted'],
  ['issues', 'transferred'],
])('%s.%s has every issue read anew, once', async (event, action) => {
  await receive(event, action);

  expect(await hasRead()).toBe(true);
  expect(readings[0]).toBeNull();

  readings = [];
  await receive('issues', 'edited');

  expect(await hasRead()).toBe(true);
  expect(readings[0]).not.toBeNull();
});

it('what the app did itself has nothing read', async () => {
  await receive('issue_dependencies', 'blocked_by_added', 'waves[bot]');

  expect(await hasRead()).toBe(false);
});
