import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSettings } from '../../../../src/hosts/server/settings.ts';
import { type GitHubScene, githubScene } from '../../../support/github-scene.ts';
import { HAS_REDIS, type RedisServer, startRedis } from '../../../support/redis.ts';
import { eventually } from '../../../support/waiting.ts';
import { ServerProcess, sendWebhook, settingsOf } from '../support/server-process.ts';

/** Servers as processes of their own that share a Redis server, as an operator sees them. */

let scene: GitHubScene;
let folder: string;
let redis: RedisServer | undefined;
let servers: ServerProcess[] = [];

beforeEach(async () => {
  scene = await githubScene({ plan: { name: 'DAW', tasks: [{ id: 'A', title: 'First' }] } });
  folder = await mkdtemp(join(tmpdir(), 'agent-waves-replicas-'));
  if (HAS_REDIS) redis = await startRedis();
});
afterEach(async () => {
  redis?.resume();
  for (const server of servers) if (server.child.exitCode === null) await server.end('SIGKILL');
  servers = [];
  scene.faults.clear();
  await scene.close();
  await redis?.close();
  redis = undefined;
  await rm(folder, { recursive: true });
});

function start(environment: Readonly<Record<string, string>> = {}): ServerProcess {
  const REDIS_URL = redis?.url ?? '';
  const server = new ServerProcess({ ...settingsOf(scene.town), REDIS_URL, ...environment }, { cwd: folder });
  servers.push(server);
  return server;
}

async function readiness(url: string): Promise<readonly [number, string]> {
  const response = await fetch(`${url}/ready`);
  return [response.status, (await response.text()).trim()];
}

const isReady = (url: string) => eventually('it is ready', async () => (await readiness(url))[0] === 200);
const issues = () => scene.github.issuesReport('acme/daw');
const answers = () => issues()[0]?.comments_list.length ?? 0;

/** As GitHub tells of a comment. */
function commented(): { event: string; payload: object } {
  const repository = { name: 'daw', full_name: 'acme/daw', owner: { login: 'acme' } };
  const installation = { id: scene.town.installationId };
  return {
    event: 'issue_comment',
    payload: { action: 'created', installation, repository, sender: { login: 'lead' } },
  };
}

describe.skipIf(!HAS_REDIS)('servers that share Redis', () => {
  it('answer a webhook that was acknowledged by one that dies right after', async () => {
    const [first, second] = [start(), start()];
    const [one, other] = await Promise.all([first.url(), second.url()]);
    await Promise.all([isReady(one), isReady(other)]);
    await eventually('the plan issue is made', () => issues().length > 0);
    await scene.comment('plan', '/help');

    const { status } = await sendWebhook(one, commented());
    await first.end('SIGKILL');
    await eventually('it is answered', () => answers() === 2);

    expect(status).toBe(202);
    const titles = issues().map(({ title }) => title);
    expect(titles).toEqual([...new Set(titles)]);
    for (const { said } of servers) expect(said).not.toContain('only-for-this-test');
  });

  it('are not ready and acknowledge nothing while Redis is away, and answer all of it afterwards', async () => {
    const server = start();
    const url = await server.url();
    await isReady(url);
    await eventually('the plan issue is made', () => issues().length > 0);
    await scene.comment('plan', '/help');
    redis?.pause();

    const refused = await sendWebhook(url, commented());
    const away = await readiness(url);
    redis?.resume();
    await eventually('it is answered', () => answers() === 2);

    expect([refused.status, await refused.text()]).toEqual([503, 'not kept yet\n']);
    expect(away).toEqual([503, 'Redis is away']);
    await isReady(url);
    expect(await server.end()).toEqual({ code: 0, signal: null });
  });

  it('say once that Redis is gone, find it again, and what it has lost of repositories', async () => {
    const server = start({ LOG_LEVEL: 'info' });
    const url = await server.url();
    await isReady(url);
    await eventually('the plan issue is made', () => issues().length > 0);
    const operator = new Redis(redis?.url ?? '');
    await operator.flushall();
    await scene.comment('plan', '/help');
    await operator.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    operator.disconnect();

    await server.saying(/Redis is reached again/);
    await eventually('it is answered, though no webhook told of it', () => answers() === 2);
    expect(server.said.match(/Redis cannot be reached/g)).toHaveLength(1);
  });

  it('end with one sentence where the password is wrong, which names no password', async () => {
    const wrong = redis?.url.replace('only-for-this-test', 'another-one') ?? '';

    const server = start({ REDIS_URL: wrong });
    const end = await server.ended;

    expect(end.code).toBe(1);
    expect(server.said).toMatch(/the Redis server of REDIS_URL does not take its user and password: compare them/);
    expect(server.said).not.toMatch(/another-one|only-for-this-test/);
  });

  it('keep everything under names of the app', async () => {
    const server = start();
    await isReady(await server.url());
    await eventually('the plan issue is made', () => issues().length > 0);
    const operator = new Redis(redis?.url ?? '');
    const keys = await operator.keys('*');
    operator.disconnect();

    const { port } = new URL(scene.github.apiUrl);
    expect(keys.length).toBeGreaterThan(3);
    expect(keys.filter((key) => !key.startsWith(`{agent-waves:127.0.0.1_${port}:${scene.town.app.id}}:`))).toEqual([]);
  });
});

describe('REDIS_URL', () => {
  it('that nobody listens at ends the start with one sentence, after a few tries', async () => {
    const server = start({ REDIS_URL: 'redis://:hidden-password@127.0.0.1:1' });
    const end = await server.ended;

    expect(end.code).toBe(1);
    expect(server.said).toMatch(
      /the Redis server of REDIS_URL cannot be reached \(ECONNREFUSED\): look whether it runs/,
    );
    expect(server.said).not.toContain('hidden-password');
  });

  it.each(['localhost:6379', 'http://:pass-word@cache:6379', 'redis://'])(
    '%s is refused, and not shown',
    (REDIS_URL) => {
      const read = readSettings({ REDIS_URL });

      const problems = read.ok ? [] : read.problems;
      expect(problems.filter((problem) => problem.includes('REDIS_URL'))).toEqual([
        'REDIS_URL is no address of a Redis server: write redis://:PASSWORD@HOST:6379, or rediss:// for TLS',
      ]);
      expect(problems.join()).not.toContain('pass-word');
    },
  );
});
