import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTown, type Town } from '../../../packages/embedded-github/test/support/town.ts';
import { readGitHubAddress } from '../../../src/hosts/server/github-address.ts';
import { creationUrl, readAddress } from '../../../src/hosts/server/setup/manifest.ts';
import { eventually } from '../../support/waiting.ts';
import { ServerProcess } from './support/server-process.ts';

/** The whole way of somebody who has nothing: page, GitHub, settings, server. By real HTTP and a real process. */

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const files = { 'docs/planning/tasks.json': JSON.stringify({ name: 'DAW', tasks: [{ id: 'A', title: 'First' }] }) };

let town: Town;
let folder: string;
let server: ServerProcess | undefined;

beforeEach(async () => {
  town = await startTown({ files });
  folder = await mkdtemp(join(tmpdir(), 'agent-waves-setup-'));
});
afterEach(async () => {
  if (server?.child.exitCode === null) await server.end('SIGKILL');
  server = undefined;
  await rm(folder, { recursive: true });
  await town.close();
});

function start(environment: Readonly<Record<string, string>> = {}, args: string[] = []): ServerProcess {
  const where = { GITHUB_API_URL: town.github.apiUrl, HOST: '127.0.0.1', PORT: '0' };
  server = new ServerProcess({ ...where, ...environment }, { cwd: folder, args });
  return server;
}

const pageOf = (process: ServerProcess) => process.saying(/Open this page to make one, .*: (http\S+)/);

interface Form {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** What a browser would send. */
function formIn(html: string): Form {
  const plain = (text: string) =>
    text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  const action = plain(/<form method="post" action="([^"]*)"/.exec(html)?.[1] ?? '');
  const inputs = [...html.matchAll(/<input[^>]*?name="([^"]*)"(?:[^>]*?value="([^"]*)")?/g)];
  return { action, fields: Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, plain(value)])) };
}

const post = (url: string, fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(fields), headers, redirect: 'manual' });

/** From the first page to the page of GitHub that asks the person. */
async function toGitHub(page: string, answers: Readonly<Record<string, string>> = {}): Promise<Form> {
  const first = formIn(await (await fetch(page)).text());
  const origin = new URL(page).origin;
  const next = await post(`${origin}${first.action}`, { address: 'https://waves.example.com/', ...answers });
  return formIn(await next.text());
}

/** The person confirms. @returns Where GitHub sends the browser. */
async function confirm({ action, fields }: Form): Promise<string> {
  const person = { authorization: `token ${town.lead.token}` };
  const asked = formIn(await (await post(action, fields, person)).text());
  const made = await post(`${town.github.url}${asked.action}`, { ...asked.fields, name: 'waves-of-lead' }, person);
  return made.headers.get('location') ?? '';
}

it('makes the app, writes its settings for nobody else to read, and serves with them', async () => {
  const process = start();
  const form = await toGitHub(await pageOf(process));
  expect(new URL(form.action).origin).toBe(town.github.url);
  expect(JSON.parse(form.fields.manifest ?? '')).toMatchObject({
    public: false,
    hook_attributes: { url: 'https://waves.example.com/api/github/webhooks', active: true },
    default_permissions: { issues: 'write', metadata: 'read' },
    default_events: expect.arrayContaining(['issues', 'workflow_run']),
  });

  const back = await confirm(form);
  const done = await fetch(back);
  const url = await process.url();

  expect(await done.text()).toContain(`${town.github.url}/apps/waves-of-lead/installations/new`);
  expect(done.headers.get('cache-control')).toBe('no-store');
  const path = join(folder, '.env');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const written = parseEnv(await readFile(path, 'utf8'));
  expect(Object.keys(written).sort()).toEqual(['APP_ID', 'GITHUB_API_URL', 'PRIVATE_KEY', 'WEBHOOK_SECRET']);
  expect(process.said).not.toContain(written.WEBHOOK_SECRET);
  expect(process.said).not.toContain('PRIVATE KEY');
  expect(process.said).not.toContain(new URL(back).searchParams.get('code'));

  town.github.install('waves-of-lead', 'acme/daw');
  town.github.setWebhook('waves-of-lead', { url: `${url}/api/github/webhooks`, secret: written.WEBHOOK_SECRET ?? '' });
  await town.github.commitFiles({ repository: 'acme/daw', by: 'lead', message: 'More', files: { 'a.md': 'a' } });
  await eventually(
    'the new app works',
    () => town.github.issuesReport('acme/daw').length > 0,
    () => process.said,
  );
  expect(town.github.issuesReport('acme/daw')[0]?.user?.login).toBe('waves-of-lead[bot]');
});

it('takes no app that was not asked for here, and nothing at another address', async () => {
  const process = start();
  const page = await pageOf(process);
  const early = await fetch(`${page}/callback?code=abc&state=`);
  const form = await toGitHub(page);
  const back = new URL(await confirm(form));
  const forged = new URL(back);
  forged.searchParams.set('state', 'f'.repeat(64));

  const statuses = [
    early.status,
    (await fetch(forged)).status,
    (await fetch(new URL('/', page))).status,
    (await fetch(new URL('/setup', page))).status,
  ];

  expect(statuses).toEqual([400, 400, 404, 404]);
  await expect(stat(join(folder, '.env'))).rejects.toThrow(/ENOENT/);
  // The right one still counts, and only once.
  expect((await fetch(back)).status).toBe(200);
  await process.url();
});

it('tells a code that GitHub does not know, and can be begun again', async () => {
  const process = start();
  const page = await pageOf(process);
  const back = new URL(await confirm(await toGitHub(page)));
  const wrong = new URL(back);
  wrong.searchParams.set('code', 'of-nobody');

  expect((await fetch(wrong)).status).toBe(502);
  expect(process.said).toContain('GitHub did not hand over the app (it answered 404)');
  expect((await fetch(back)).status).toBe(400);
  expect(await (await post(page, { address: 'not an address' })).text()).toContain('Give the address as in');
  expect((await post(page, { address: 'x'.repeat(20_000) })).status).toBe(413);
});

it('never writes over a file of settings, unless it is told to', async () => {
  const path = join(folder, '.env');
  await writeFile(path, 'LOG_FORMAT=json\n', { mode: 0o600 });
  const refused = start();

  expect(await refused.ended).toEqual({ code: 1, signal: null });
  expect(refused.said).toMatch(/\.env is there and names no app: add APP_ID, .*--replace-settings\.$/m);
  expect(await readFile(path, 'utf8')).toBe('LOG_FORMAT=json\n');

  const told = start({}, ['--replace-settings']);
  await fetch(await confirm(await toGitHub(await pageOf(told))));
  await told.url();
  expect(await readFile(path, 'utf8')).toMatch(/^APP_ID=\d+$/m);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

describe('without the page', () => {
  it('somebody who names a part of an app is told what is missing', async () => {
    const refused = start({ PRIVATE_KEY: town.app.privateKey, WEBHOOK_SECRET: 'a secret of this test' });

    expect(await refused.ended).toEqual({ code: 1, signal: null });
    expect(refused.said).toContain('APP_ID is missing: the number on the settings page of your GitHub App');
    expect(refused.said).not.toMatch(/PRIVATE_KEY is missing|Open this page/);
  });

  it('--no-setup names all that is missing', async () => {
    const refused = start({}, ['--no-setup']);

    expect(await refused.ended).toEqual({ code: 1, signal: null });
    for (const name of ['APP_ID', 'PRIVATE_KEY', 'WEBHOOK_SECRET'])
      expect(refused.said).toContain(`${name} is missing`);
  });
});

describe('the address of GitHub', () => {
  it.each([
    [{}, undefined, 'https://github.com'],
    [{ GHE_HOST: 'github.acme.com' }, 'https://github.acme.com/api/v3', 'https://github.acme.com'],
    [{ GHE_HOST: 'ghe:8080', GHE_PROTOCOL: 'http' }, 'http://ghe:8080/api/v3', 'http://ghe:8080'],
    [{ GITHUB_API_URL: 'https://ghe.acme.com/api/v3/' }, 'https://ghe.acme.com/api/v3', 'https://ghe.acme.com'],
    [{ GITHUB_API_URL: 'https://api.acme.ghe.com' }, 'https://api.acme.ghe.com', 'https://acme.ghe.com'],
    [{ GITHUB_API_URL: 'https://api.github.com' }, 'https://api.github.com', 'https://github.com'],
  ])('is told by %o', (environment, apiUrl, webUrl) => {
    expect(readGitHubAddress(environment)).toEqual({ ok: true, address: { apiUrl, webUrl } });
  });

  it.each([
    [{ GHE_HOST: 'https://github.acme.com' }, /^GHE_HOST is "https:/],
    [{ GHE_HOST: 'a', GHE_PROTOCOL: 'ftp' }, /^GHE_PROTOCOL is "ftp"/],
    [{ GHE_HOST: 'a', GITHUB_API_URL: 'https://b/api/v3' }, /leave one of the two out$/],
    [{ GITHUB_API_URL: 'https://me:pw@b/api/v3' }, /^GITHUB_API_URL is/],
  ])('is refused for %o', (environment, problem) => {
    expect(readGitHubAddress(environment)).toEqual({ ok: false, problem: expect.stringMatching(problem) });
  });

  it('and an organization make the page on which the app is made', () => {
    const read = readAddress(new URLSearchParams({ address: 'https://waves.acme.com', organization: 'acme' }));

    expect(read).toMatchObject({ ok: true, address: { organization: 'acme' } });
    expect(creationUrl('https://github.acme.com', { organization: 'acme', state: 's' })).toBe(
      'https://github.acme.com/organizations/acme/settings/apps/new?state=s',
    );
  });
});
