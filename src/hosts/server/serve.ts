import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Probot } from 'probot';
import { TIMINGS } from '../../state/timings.ts';
import { scaled } from '../scaled.ts';
import { createApp } from './app.ts';
import { ServerOctokit } from './octokit.ts';
import type { ServeSettings } from './settings.ts';
import { reachGitHub, StartProblem } from './start-problem.ts';
import { WEBHOOK_PATH, webhookHandler } from './webhooks.ts';

export interface Serving {
  readonly url: string;
  /** Settles once every repository that the app is installed on has been looked at. */
  readonly ready: Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Milliseconds between two passes over a repository with a plan. */
const PERIOD = 60_000;

/** Milliseconds between two listings of the repositories that the app is installed on. */
const LIST_EVERY = 60 * 60_000;

/** Milliseconds from the beginning of a pass on, within which events are gathered into one more. */
const GATHER = 200;

/**
 * Serves webhooks at /api/github/webhooks until stopped.
 * @throws StartProblem with one sentence on what to change.
 */
export async function serve({ timeScale, ...settings }: ServeSettings): Promise<Serving> {
  const probot = new Probot({
    appId: settings.appId,
    privateKey: settings.privateKey,
    secret: settings.webhookSecret,
    logLevel: 'info',
    Octokit: ServerOctokit,
    ...(settings.baseUrl === undefined ? {} : { baseUrl: settings.baseUrl }),
  });
  await probot.ready();
  const client = await probot.auth();
  await reachGitHub(() => client.request('GET /app', { request: { retries: 0 } }), {
    ...settings,
    sleep: (milliseconds) => sleep(milliseconds / timeScale),
    say: (what) => probot.log.warn(what),
  });
  const app = createApp({
    timings: scaled(TIMINGS, timeScale),
    period: PERIOD / timeScale,
    gather: GATHER,
    listEvery: LIST_EVERY / timeScale,
  });
  let isReady = false;
  const server = strictServer(handlerOf(probot, () => isReady));
  await listen(server, settings);
  await probot.load(app.load);
  const ready = app.lookedAtAll().then(() => {
    isReady = true;
  });
  const { address, port } = server.address() as AddressInfo;
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${port}`,
    ready,
    stop: async () => {
      await new Promise((closed) => server.close(closed));
      await app.stop();
    },
  };
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

function handlerOf(probot: Probot, isReady: () => boolean): Handler {
  const webhooks = webhookHandler({
    verify: (body, signature) => probot.webhooks.verify(body, signature),
    receive: (delivery) => probot.receive(delivery as Parameters<Probot['receive']>[0]),
    onError: (request, error) => probot.log.error({ err: error }, request),
  });
  return async (request, response) => {
    const path = (request.url ?? '').replace(/[?#].*$/s, '').replace(/\/+$/, '');
    if (path === WEBHOOK_PATH) return webhooks(request, response);
    request.resume();
    const [status, text] =
      path === '/ping'
        ? [200, 'PONG']
        : path === '/ready'
          ? isReady()
            ? [200, 'ready']
            : [503, 'not every repository has been looked at yet']
          : [404, 'Not found'];
    response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`);
  };
}

/** Whatever a request is, it ends no more than its own connection. */
function strictServer(handler: Handler): Server {
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 60_000, maxHeaderSize: 16 * 1024 });
  server.on('request', (request, response) => {
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    handler(request, response).catch(() => request.socket.destroy());
  });
  server.on('clientError', (_, socket) => socket.destroy());
  server.maxConnections = 1_000;
  return server;
}

function listen(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new StartProblem(`port ${port} of ${host} cannot be listened on (${error.code}): give another PORT or HOST`, {
          cause: error,
        }),
      ),
    );
    server.listen(port, host, () => resolve());
  });
}
