import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';
import { eventually } from '../../support/waiting.ts';
import { SECRET, ServerProcess, sendWebhook, settingsOf } from './support/server-process.ts';

/** The server as a process of its own, as an operator sees it: settings, health, log, stop. */

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let scene: GitHubScene;
let folder: string;
let server: ServerProcess | undefined;

beforeEach(async () => {
  scene = await githubScene({ plan: { name: 'DAW', tasks: [{ id: 'A', title: 'First' }] } });
  folder = await mkdtemp(join(tmpdir(), 'agent-waves-operations-'));
});
afterEach(async () => {
  if (server?.child.exitCode === null) await server.end('SIGKILL');
  server = undefined;
  scene.faults.clear();
  await rm(folder, { recursive: true });
  await scene.close();
});

function start(environment: Readonly<Record<string, string>> = {}, args: string[] = []): ServerProcess {
  server = new ServerProcess({ ...settingsOf(scene.town), ...environment }, { cwd: folder, args });
  return server;
}

async function get(url: string): Promise<readonly [number, string]> {
  const response = await fetch(url);
  return [response.status, (await response.text()).trim()];
}

const issues = () => scene.github.issuesReport('acme/daw');

/** As GitHub tells of a comment. */
function commented(changes: object = {}): { event: string; payload: object } {
  const repository = { name: 'daw', full_name: 'acme/daw', owner: { login: 'acme' }, ...changes };
  const installation = { id: scene.town.installationId };
  return {
    event: 'issue_comment',
    payload: { action: 'created', installation, repository, sender: { login: 'lead' } },
  };
}

describe('settings', () => {
  it('come from .env, behind what the environment says, and the log is JSON alone', async () => {
    const { app } = scene.town;
    await writeFile(join(folder, 'key.pem'), app.privateKey, { mode: 0o600 });
    const lines = [
      `APP_ID=${app.id}`,
      'PRIVATE_KEY_PATH=key.pem',
      `WEBHOOK_SECRET="${SECRET}"`,
      'HOST=nowhere.invalid',
    ];
    await writeFile(join(folder, '.env'), lines.join('\n'), { mode: 0o600 });
    const { APP_ID, PRIVATE_KEY, WEBHOOK_SECRET, ...rest } = settingsOf(scene.town);

    server = new ServerProcess(rest, { cwd: folder });
    const url = await server.url();

    expect(await get(`${url}/health`)).toEqual([200, 'alive']);
    await eventually('it is ready', async () => (await get(`${url}/ready`))[0] === 200);
    expect(server.lines.length).toBeGreaterThan(0);
  });

  it('in a file that others may read are told as such, and --no-settings reads none', async () => {
    await writeFile(join(folder, '.env'), 'WEBHOOK_SECRET=x\nPORT=nonsense\n', { mode: 0o644 });

    const refused = start({ PORT: '' });
    expect(await refused.ended).toEqual({ code: 1, signal: null });
    expect(refused.said).toMatch(/\.env holds secrets, and other users of this machine may read it: chmod 600 it/);
    expect(refused.said).toContain('PORT is "nonsense": give a number from 0 to 65535');
    expect(refused.said).not.toContain(SECRET);

    const started = start({}, ['--no-settings']);
    await started.url();
    expect(started.said).not.toContain('.env');
  });
});

describe('a stop', () => {
  /** A webhook led to a pass, and GitHub has its first question and answers it later. */
  async function inTheMiddle(until: Promise<unknown>, environment: Readonly<Record<string, string>>): Promise<string> {
    const url = await start(environment).url();
    await eventually('it is ready', async () => (await get(`${url}/ready`))[0] === 200);
    await eventually('the issues are made', () => issues().length > 0);
    // Once this is answered no pass is under way.
    await scene.comment('plan', '/help');
    await sendWebhook(url, commented());
    await eventually('the comment is answered', () => issues()[0]?.comments_list.length === 2);
    const isAsked = new Promise<void>((asked) => {
      const when = () => {
        asked();
        return true;
      };
      scene.faults.push({ on: 'request', route: /^graphql Observe/, delay: until, when });
    });
    await scene.comment('plan', '/help');
    await sendWebhook(url, commented());
    await isAsked;
    return url;
  }

  it('takes no webhook any more, lets the pass under way end, and exits 0', async () => {
    let answers = () => {};
    const url = await inTheMiddle(new Promise<void>((resolve) => (answers = resolve)), {});
    const ending = server?.end();
    await server?.saying(/Stopping: no webhook is taken/);

    expect(await get(`${url}/health`)).toEqual([200, 'alive']);
    expect(await get(`${url}/ready`)).toEqual([503, 'stopping']);
    expect((await sendWebhook(url, commented())).status).toBe(503);
    answers();
    expect(await ending).toEqual({ code: 0, signal: null });
    // The pass wrote its answer after the signal.
    expect(issues()[0]?.comments_list.length).toBe(4);
    expect(server?.said).not.toContain('have not ended');
  });

  it('cuts off what does not end within its bound, names it, and exits 0', async () => {
    await inTheMiddle(new Promise(() => {}), { STOP_SECONDS: '1' });
    const began = performance.now();

    expect(await server?.end()).toEqual({ code: 0, signal: null });
    expect(performance.now() - began).toBeGreaterThan(900);
    expect(performance.now() - began).toBeLessThan(60_000);
    expect(server?.said).toContain('1 s are over, and passes over acme/daw have not ended');
  });
});

describe('the log', () => {
  it('names the repository in each line that concerns it, and the deliveries that asked for the pass', async () => {
    const url = await start().url();
    await eventually('the issues are made', () => issues().length > 0);
    await eventually('it is ready', async () => (await get(`${url}/ready`))[0] === 200);
    await scene.comment('plan', '/help');
    const delivery = '7f1c9e00-0000-4000-8000-00000000c0de';

    await sendWebhook(url, { ...commented(), delivery });
    const line = await eventually('the answer is logged', () =>
      server?.lines.find(({ deliveries }) => Array.isArray(deliveries) && deliveries.includes(delivery)),
    );

    expect(line).toMatchObject({ repository: 'acme/daw', level: 'info', deliveries: [delivery] });
    const about = server?.lines.filter(({ msg }) => /acme\/daw/i.test(String(msg))) ?? [];
    expect(about.length).toBeGreaterThan(1);
    expect(about.filter(({ repository }) => repository !== 'acme/daw')).toEqual([]);
  });

  it('names delivery, event and repository of a webhook that could not be heard, and none of its texts', async () => {
    const url = await start().url();
    const broken = {
      event: 'pull_request',
      payload: { action: 'opened', repository: { full_name: 'acme/daw' }, title: 'canary' },
    };
    const delivery = '7f1c9e00-0000-4000-8000-00000000dead';

    expect((await sendWebhook(url, { ...broken, delivery })).status).toBe(202);
    const line = await eventually('it is logged', () => server?.lines.find((each) => each.delivery === delivery));

    expect(line).toMatchObject({ event: 'pull_request', repository: 'acme/daw', level: 'error' });
    expect(server?.said).not.toContain('canary');
  });
});

it('looks at the repositories of named owners alone, and says so once of each other', async () => {
  const { github } = scene;
  await github.createRepository({ owner: 'strangers', name: 'plan' });
  github.addCollaborator({ repository: 'strangers/plan', login: 'lead', permission: 'admin' });
  const files = { 'docs/planning/tasks.json': JSON.stringify({ tasks: [{ id: 'S', title: 'S' }] }) };
  await github.commitFiles({ repository: 'strangers/plan', by: 'lead', message: 'Plan', files });
  const { installationId } = github.install('waves', 'strangers/plan');
  const url = await start({ OWNERS: 'ACME, other' }).url();
  const theirs = { name: 'plan', full_name: 'strangers/plan', owner: { login: 'strangers' } };
  const webhook = commented(theirs);
  const payload = { ...webhook.payload, installation: { id: installationId } };

  for (let sent = 0; sent < 3; sent++) await sendWebhook(url, { ...webhook, payload });
  const installation = { id: installationId, account: { login: 'strangers' } };
  await sendWebhook(url, { event: 'installation', payload: { action: 'created', installation, repositories: [] } });
  await eventually('it is ready', async () => (await get(`${url}/ready`))[0] === 200);

  await eventually('the issues are made', () => issues().length > 0);
  expect(github.issuesReport('strangers/plan')).toEqual([]);
  const told = server?.lines.filter(({ owner }) => owner === 'strangers');
  expect(told?.map(({ msg }) => msg)).toEqual([
    'the app is installed by strangers, whom OWNERS does not name: left alone',
  ]);
});

it('asks the GitHub of its settings, whatever address a webhook names', async () => {
  const asked: string[] = [];
  const elsewhere = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('{}');
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  const there = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  const url = await start().url();
  await eventually('the issues are made', () => issues().length > 0);
  await scene.comment('plan', '/help');
  const { event, payload } = commented({ url: there, html_url: there, clone_url: there });
  const installation = { id: scene.town.installationId, access_tokens_url: there, html_url: there };
  const enterprise = { html_url: there, slug: 'evil' };

  await sendWebhook(url, { event, payload: { ...payload, installation, enterprise, github_url: there } });
  await eventually('the comment is answered', () => issues()[0]?.comments_list.length === 2);

  expect(asked).toEqual([]);
  await new Promise((closed) => elsewhere.close(closed));
});
