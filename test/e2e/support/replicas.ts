import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { EmbeddedGitHub } from 'embedded-github';
import { readAppManifest } from '../../../src/cli/rehearse/app-manifest.ts';
import { AppProcess } from '../../../src/cli/rehearse/app-process.ts';
import type { SessionOptions } from '../../../src/cli/rehearse/session.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';

const SLUG = 'agent-waves';
const SECRET = 'a secret of the replicas';

export interface Replicas {
  readonly all: readonly AppProcess[];
  readonly redis: RedisServer;
  /** What makes the passes of a stage. */
  readonly startHost: NonNullable<SessionOptions['startHost']>;
}

/** So many processes of one app that share a Redis server, behind an address that gives each webhook to another one. */
export async function replicas(count: number): Promise<Replicas> {
  const redis = await startRedis();
  const all: AppProcess[] = [];
  const addresses: string[] = [];
  const balancer = createServer((incoming, response) => void forward(incoming, response, addresses));

  async function startHost(github: EmbeddedGitHub, { fullName, out, timeScale }: Place) {
    const { id: appId, privateKey } = github.createApp({ slug: SLUG, ...(await readAppManifest()) });
    const credentials = {
      appId,
      privateKey,
      webhookSecret: SECRET,
      apiUrl: github.apiUrl,
      timeScale,
      redisUrl: redis.url,
    };
    github.install(SLUG, fullName);
    all.push(
      ...Array.from({ length: count }, (_, nth) => new AppProcess(credentials, join(out, `app-${nth + 1}.log`))),
    );
    addresses.push(...(await Promise.all(all.map((app) => app.start()))));
    balancer.listen(0, '127.0.0.1');
    await once(balancer, 'listening');
    const { port } = balancer.address() as AddressInfo;
    github.setWebhook(SLUG, { url: `http://127.0.0.1:${port}${new URL(addresses[0] ?? '').pathname}`, secret: SECRET });
    return {
      dashboardUrl: undefined,
      get running() {
        return all.some(({ running }) => running);
      },
      start: async () => (await Promise.all(all.map((app) => app.start()))).join(),
      end: async (signal: 'SIGTERM' | 'SIGKILL') => {
        balancer.close();
        balancer.closeAllConnections();
        await Promise.all(all.map((app) => app.end(signal)));
        await redis.close();
      },
    };
  }

  return { all, redis, startHost };
}

type Place = Parameters<NonNullable<SessionOptions['startHost']>>[1];

/** To the next one that can be reached, as any balancer does: who takes it may die before it has answered. */
async function forward(incoming: IncomingMessage, response: ServerResponse, addresses: string[]): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  for (let tries = 0; tries < addresses.length; tries++) {
    const address = addresses.shift() ?? '';
    addresses.push(address);
    const status = await send(address, { incoming, body: Buffer.concat(chunks) });
    if (status === undefined) continue;
    response.writeHead(status).end();
    return;
  }
  response.writeHead(502).end();
}

function send(
  address: string,
  { incoming, body }: { readonly incoming: IncomingMessage; readonly body: Buffer },
): Promise<number | undefined> {
  return new Promise((resolve) => {
    const { headers, method = 'POST' } = incoming;
    const sent = request(address, { method, headers, agent: false, timeout: 15_000 }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode));
      answer.once('error', () => resolve(undefined));
    });
    sent.once('timeout', () => sent.destroy());
    sent.once('error', () => resolve(undefined));
    sent.end(body);
  });
}
