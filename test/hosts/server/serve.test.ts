import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTown, type Town } from '../../../packages/embedded-github/test/support/town.ts';
import { AppProcess } from '../../../src/cli/rehearse/app-process.ts';
import { type Serving, serve } from '../../../src/hosts/server/serve.ts';
import { readSettings } from '../../../src/hosts/server/settings.ts';
import { eventually } from '../../support/waiting.ts';

/** The real server, in front of the embedded GitHub, asked by strangers and by GitHub. */

const SECRET = 'a secret of this test';
const MB = 1024 * 1024;
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let town: Town;
let serving: Serving | undefined;
let logs: string;
let served: AppProcess | undefined;

beforeEach(async () => {
  town = await startTown({ files: {} });
  logs = await mkdtemp(join(tmpdir(), 'agent-waves-serve-'));
});
afterEach(async () => {
  await serving?.stop();
  await served?.end('SIGTERM');
  serving = undefined;
  served = undefined;
  await rm(logs, { recursive: true });
  await town.close();
});

function settings(changes: Partial<Parameters<typeof serve>[0]> = {}): Parameters<typeof serve>[0] {
  return {
    appId: String(town.app.id),
    privateKey: town.app.privateKey,
    webhookSecret: SECRET,
    baseUrl: town.github.apiUrl,
    host: '127.0.0.1',
    port: 0,
    owners: undefined,
    stopWithin: 20_000,
    log: { level: 'info', format: 'pretty' },
    metrics: undefined,
    redisUrl: undefined,
    dashboard: { port: undefined, signIn: undefined },
    notify: { addresses: new Map(), isPrivateAllowed: false },
    timeScale: 100,
    ...changes,
  };
}

async function start(): Promise<string> {
  serving = await serve(settings());
  await serving.ready;
  return serving.url;
}

/** The app as its own process, whose log can be read. */
async function startProcess(): Promise<string> {
  const { id: appId, privateKey } = town.app;
  const credentials = { appId, privateKey, webhookSecret: SECRET, apiUrl: town.github.apiUrl, timeScale: 1 };
  served = new AppProcess(credentials, join(logs, 'app.log'));
  return new URL(await served.start()).origin;
}

function signed(body: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-github-delivery': randomUUID(),
    'x-github-event': 'issues',
    'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
  };
}

const post = (url: string, body: string, headers = signed(body)) =>
  fetch(`${url}/api/github/webhooks`, { method: 'POST', body, headers });

/** Sends the head of a webhook. */
function ask(url: string, headers: Readonly<Record<string, string>>): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const head = Object.entries({ ...signed('x'), host: 'x', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  socket.write(`POST /api/github/webhooks HTTP/1.1\r\n${head.join('')}\r\n`);
  return socket;
}

describe('a request of a stranger', () => {
  it('that is not signed is neither parsed nor logged, and a signed one that is wrong is told with its name', async () => {
    const url = await startProcess();
    const headers = { ...signed('another'), 'x-github-event': 'canary' };

    const unsigned = await post(url, '{"canary": "not json', headers);
    const broken = JSON.stringify({ action: 'opened', installation: { id: 1 }, repository: null });
    const wrong = await post(url, broken, { ...signed(broken), 'x-github-event': 'pull_request' });
    const right = await post(url, '{"action": "opened"}');

    expect([unsigned.status, wrong.status, right.status]).toEqual([401, 202, 202]);
    const logged = await eventually('the error is logged', async () => {
      const text = await readFile(join(logs, 'app.log'), 'utf8');
      return /webhook pull_request, delivery [\w-]{36}/.test(text) ? text : undefined;
    });
    expect(logged).not.toContain('canary');
  });

  it('that is longer than anything GitHub sends is refused before it is read', async () => {
    const url = await start();
    const socket = ask(url, { 'content-length': String(26 * MB) });

    const [answer] = (await once(socket, 'data')) as [Buffer];

    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  it('that tells no length and never ends is cut off at that length', async () => {
    const url = await start();
    const socket = ask(url, { 'transfer-encoding': 'chunked' });
    socket.on('error', () => undefined);
    const heard = (event: 'close' | 'drain') => new Promise<void>((resolve) => socket.once(event, resolve));
    const closed = heard('close');
    const chunk = `${MB.toString(16)}\r\n${'x'.repeat(MB)}\r\n`;

    let sent = 0;
    for (; sent < 60 && socket.writable; sent++) if (!socket.write(chunk)) await Promise.race([heard('drain'), closed]);

    // What the sockets of both sides hold is beside it.
    expect(sent).toBeLessThan(60);
    socket.destroy();
    expect((await fetch(`${url}/ping`)).status).toBe(200);
  });

  it.each([
    ['an address that is none', 'GET // HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['a method that is none', 'BREW / HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['no HTTP', '\x16\x03\x01\x00\xff'],
    [
      'a body that breaks off',
      'POST /api/github/webhooks HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nx-github-delivery: a\r\nx-github-event: issues\r\nx-hub-signature-256: sha256=00\r\ncontent-length: 9\r\n\r\nabc',
    ],
    [
      'headers that steer a log',
      'POST /api/github/webhooks HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nx-github-delivery: a\tb\r\nx-github-event: issues\r\nx-hub-signature-256: sha256=00\r\ncontent-length: 2\r\n\r\n{}',
    ],
  ])('that is %s ends nothing but itself', async (_, bytes) => {
    const url = await start();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(bytes);
    await new Promise((resolve) => setTimeout(resolve, 200));
    socket.destroy();

    expect(await (await fetch(`${url}/ping`)).text()).toBe('PONG\n');
  });
});

describe('a thousand webhooks at once', () => {
  it('are all heard, and lead to five passes at most', async () => {
    const url = await start();
    const passes = () => town.requests.filter(({ route }) => route === 'graphql Observe').length;
    const before = passes();
    const installation = { id: town.installationId };
    const repository = { name: 'daw', full_name: 'acme/daw', owner: { login: 'acme' } };
    const body = JSON.stringify({ action: 'labeled', installation, repository, sender: { login: 'lead' } });

    const heard = Promise.withResolvers<void>();
    // However long it takes to post them: the pass that the first of them leads to does not end before the last one.
    town.github.faults.push({ on: 'request', route: 'graphql Observe', delay: heard.promise });
    const answers = await Promise.all(Array.from({ length: 1_000 }, async () => (await post(url, body)).status));
    heard.resolve();
    await eventually('a pass', () => passes() > before);
    await serving?.stop();
    serving = undefined;

    expect(new Set(answers)).toEqual(new Set([202]));
    expect(passes() - before).toBeLessThanOrEqual(5);
  });
});

describe('a webhook of GitHub', () => {
  it('is heard', async () => {
    const url = await start();

    expect((await post(url, '{"action": "opened"}')).status).toBe(202);
  });
});

it('is ready once every repository has been looked at, and not before', async () => {
  serving = await serve(settings());
  const early = (await fetch(`${serving.url}/ready`)).status;
  await serving.ready;

  expect([early, (await fetch(`${serving.url}/ready`)).status]).toEqual([503, 200]);
});

describe('a start that fails ends with one sentence', () => {
  it('for a key of another app', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();

    await expect(serve(settings({ privateKey: pem }))).rejects.toThrow(/^GitHub does not take PRIVATE_KEY for the app/);
  });

  it('for a GitHub that is not reached, after a few tries', async () => {
    await expect(serve(settings({ baseUrl: 'http://127.0.0.1:1', timeScale: 1_000 }))).rejects.toThrow(
      /^GitHub cannot be asked at http:\/\/127\.0\.0\.1:1 \(.*\): look at the network/,
    );
  });

  it('for a port that is taken', async () => {
    const port = Number(new URL(await start()).port);

    await expect(serve(settings({ port }))).rejects.toThrow(/^port \d+ of 127\.0\.0\.1 cannot be listened on/);
  });
});

describe('settings', () => {
  const given = () => ({ APP_ID: '1', PRIVATE_KEY: town.app.privateKey, WEBHOOK_SECRET: SECRET });
  const problems = (changes: Readonly<Record<string, string | undefined>>) => {
    const read = readSettings({ ...given(), ...changes });
    return read.ok ? [] : read.problems;
  };

  it.each([
    ['a short secret', { WEBHOOK_SECRET: 'hunter22' }, /^WEBHOOK_SECRET has 8 characters/],
    ['a key that is a path', { PRIVATE_KEY: './key.pem' }, /^PRIVATE_KEY is a path: give it as PRIVATE_KEY_PATH$/],
    ['a key that is none', { PRIVATE_KEY: 'a key' }, /^PRIVATE_KEY is no private key/],
    ['a path where nothing is', { PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: '/nowhere' }, /cannot be read \(ENOENT\)$/],
  ])('%s is refused', (_, changes, problem) => {
    expect(problems(changes)).toEqual([expect.stringMatching(problem)]);
  });

  it('a key may be named by its path, or stand in one line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'agent-waves-key-'));
    const path = join(folder, 'key.pem');
    await writeFile(path, town.app.privateKey);

    expect(problems({ PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: path })).toEqual([]);
    expect(problems({ PRIVATE_KEY: town.app.privateKey.replaceAll('\n', '\\n') })).toEqual([]);
    expect(problems({ PRIVATE_KEY: Buffer.from(town.app.privateKey).toString('base64') })).toEqual([]);
    await rm(folder, { recursive: true });
  });
});
