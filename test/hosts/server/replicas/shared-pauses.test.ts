import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { octokitWithPauses } from '../../../../src/hosts/server/octokit.ts';
import { sharePauses } from '../../../../src/hosts/server/replicas/shared-pauses.ts';
import { HAS_REDIS, type RedisServer, startRedis } from '../../../support/redis.ts';

describe.skipIf(!HAS_REDIS)('a pause that GitHub asks one replica for', () => {
  let redis: RedisServer;
  let github: Server;
  let asked: { path: string; at: number }[];
  const connections: Redis[] = [];

  beforeEach(async () => {
    redis = await startRedis();
    asked = [];
    github = createServer(({ url = '' }, response) => {
      asked.push({ path: url, at: performance.now() });
      const isTooMuch = url === '/much' && asked.filter(({ path }) => path === url).length === 1;
      response
        .writeHead(isTooMuch ? 403 : 200, { 'content-type': 'application/json', 'retry-after': '2' })
        .end(isTooMuch ? '{"message":"You have exceeded a secondary rate limit"}' : '{}');
    });
    await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    for (const connection of connections.splice(0)) connection.disconnect();
    await new Promise((resolve) => github.close(resolve));
    await redis.close();
  });

  /** A client of one installation, in a process of its own as far as Redis sees. */
  function client(id: string) {
    const connection = new Redis(redis.url);
    connections.push(connection);
    const Octokit = octokitWithPauses(sharePauses(connection, '{waves}'));
    const baseUrl = `http://127.0.0.1:${(github.address() as AddressInfo).port}`;
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    return new Octokit({ baseUrl, log: log as never, auth: { token: 'x' }, throttle: { enabled: true, id } as never });
  }

  it('is kept by every replica, for that installation alone', async () => {
    const [one, other, elsewhere] = [client('7'), client('7'), client('8')];

    const limited = one.request('GET /much');
    while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    // It is noted before the answer is used.
    await new Promise((resolve) => setTimeout(resolve, 200));
    await Promise.all([other.request('GET /same'), elsewhere.request('GET /other'), limited]);

    const at = (path: string) => (asked.find((request) => request.path === path)?.at ?? 0) - (asked[0]?.at ?? 0);
    expect(at('/same')).toBeGreaterThan(1_500);
    expect(at('/other')).toBeLessThan(at('/same'));
    expect(asked.filter(({ path }) => path === '/much')).toHaveLength(2);
  });
});
