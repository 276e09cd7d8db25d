import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http';
import { Agent, request as requestHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Environment } from '../../protocol/job.ts';
import type { Tokens } from '../adapter.ts';
import { answered, keyOf, outgoing, type ProviderApi } from './providers.ts';
import { limitResetTime } from './rate-limit.ts';
import { addTokens, countTokens, NO_TOKENS } from './token-count.ts';

export interface ModelProxyOptions {
  readonly api: ProviderApi;
  /** Address of the API where it is not the provider's own. */
  readonly upstream?: string | undefined;
  /** The real key; it leaves this process only towards `upstream`. */
  readonly key: string;
  /** Where the machine's own proxy to the network is named. */
  readonly environment?: Environment;
  /** Most requests under way at once. */
  readonly maxInFlight?: number;
  readonly now?: () => number;
}

export interface ModelProxy {
  /** What the agent takes for the address of the API. */
  readonly url: string;
  /** What the agent takes for the key: good for this proxy alone, while it runs. */
  readonly placeholder: string;
  readonly traffic: () => Traffic;
  readonly close: () => Promise<void>;
}

/** What has passed so far. */
export interface Traffic {
  /** Requests that the provider answered. */
  readonly requests: number;
  readonly tokens: Tokens;
  /** Set while the provider's last answer was a limit; `until` in milliseconds where it said when that ends. */
  readonly limit: { readonly until: number | undefined } | undefined;
}

const MAX_BODY = 64_000_000;
const IDLE_MS = 10 * 60_000;
/** Used-up limits, and the provider's overload. */
const LIMITS = [429, 529];

/**
 * Stands between an agent and its model, so that the agent never has the key: it listens on loopback, takes requests
 * that bear the placeholder and ask for a path of the model API, and passes them on with the real key.
 *
 * @throws when `upstream` is neither https nor on this machine.
 */
export async function startModelProxy(options: ModelProxyOptions): Promise<ModelProxy> {
  const { api, key, maxInFlight = 16, now = Date.now } = options;
  const upstream = checkUpstream(options.upstream || api.upstream);
  const placeholder = `agent-waves-${randomBytes(24).toString('hex')}`;
  let traffic: Traffic = { requests: 0, tokens: NO_TOKENS, limit: undefined };
  let inFlight = 0;
  // Node 22 and earlier do not know `proxyEnv`: there the way has to be direct.
  const agent = new Agent({ keepAlive: true, proxyEnv: networkProxy(options.environment ?? {}) });

  const server = createServer((request, response) => {
    const refusal = rejectRequest(request, { api, placeholder, host: `127.0.0.1:${portOf(server)}` });
    if (refusal) return reply(response, refusal);
    if (inFlight >= maxInFlight) return reply(response, TOO_MANY);
    inFlight++;
    response.on('close', () => inFlight--);
    forward(request, response, { upstream, api, key, agent }, (answer, tokens) => {
      const limited = LIMITS.includes(answer.statusCode ?? 0);
      traffic = {
        requests: traffic.requests + 1,
        tokens: addTokens(traffic.tokens, tokens),
        limit: limited ? { until: limitResetTime(answer.headers, now()) } : undefined,
      };
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${portOf(server)}${api.prefix}`,
    placeholder,
    traffic: () => traffic,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        agent.destroy();
        server.closeAllConnections();
      }),
  };
}

interface Reply {
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const TOO_MANY: Reply = {
  status: 429,
  message: 'too many requests of this run are under way; wait for one of them',
  headers: { 'retry-after': '1' },
};

interface Gate {
  readonly api: ProviderApi;
  readonly placeholder: string;
  readonly host: string;
}

/** @returns Why a request is not passed on. */
function rejectRequest(request: IncomingMessage, { api, placeholder, host }: Gate): Reply | undefined {
  const peer = request.socket.remoteAddress ?? '';
  if (!/^(?:::ffff:)?127\./.test(peer)) return { status: 403, message: 'only this machine may ask' };
  // A page in a browser that resolves its own name to loopback would say that name.
  if (request.headers.host !== host) return { status: 403, message: `ask for ${host}` };
  if (!isSame(keyOf(request.headers), placeholder)) return { status: 401, message: 'this is not the key of this run' };
  const { pathname } = new URL(request.url ?? '/', 'http://loopback');
  const path = pathname.startsWith(api.prefix) ? pathname.slice(api.prefix.length) : '';
  // What the address parser resolved ("..") would reach the provider in another spelling than the one looked at.
  const known = api.paths.some((allowed) => allowed.method === request.method && allowed.path.test(path));
  if (!known || (request.url ?? '').split('?')[0] !== pathname)
    return { status: 404, message: `${request.method} ${pathname} is no request to a model` };
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY) return { status: 413, message: 'this is too long' };
  return undefined;
}

function isSame(given: string | undefined, expected: string): boolean {
  const [one, other] = [Buffer.from(given ?? ''), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** In the shape of the providers' own errors, so that agents show the message. */
function reply(response: ServerResponse, { status, message, headers }: Reply): void {
  const body = JSON.stringify({ type: 'error', error: { type: 'model_proxy', message: `agent-waves: ${message}` } });
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close', ...headers }).end(body);
}

interface Target {
  readonly upstream: URL;
  readonly api: ProviderApi;
  readonly key: string;
  readonly agent: Agent;
}

/** Passes a request on and its answer back, as they come. */
function forward(
  request: IncomingMessage,
  response: ServerResponse,
  { upstream, api, key, agent }: Target,
  done: (answer: IncomingMessage, tokens: Tokens) => void,
): void {
  const url = new URL(`${upstream.href.replace(/\/$/, '')}${(request.url ?? '').slice(api.prefix.length)}`);
  const asked = { method: request.method, headers: outgoing(request.headers, key), timeout: IDLE_MS };
  const sent = url.protocol === 'https:' ? requestHttps(url, { ...asked, agent }) : requestHttp(url, asked);
  sent.on('response', (answer) => {
    const counter = countTokens(answer.headers['content-type']);
    response.writeHead(answer.statusCode ?? 502, answered(answer.headers));
    answer.on('data', (chunk: Buffer) => counter.take(chunk));
    // What an answer told before it broke off was paid for, too.
    answer.once('close', () => done(answer, counter.end()));
    answer.on('error', () => response.destroy());
    answer.pipe(response);
  });
  sent.on('timeout', () => sent.destroy(new Error('the provider is silent')));
  sent.on('error', (problem) => {
    if (response.headersSent) response.destroy();
    else reply(response, { status: 502, message: `the provider was not reached: ${problem.message}` });
  });
  // An agent that hangs up wants no answer.
  response.on('close', () => sent.destroy());
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_BODY) request.destroy();
  });
  request.pipe(sent);
}

function checkUpstream(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const local = url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url && (url.protocol === 'https:' || local)) return url;
  throw new Error(
    `the model's address ${address} is not https: the key would travel in the open; set the input to an https address`,
  );
}

function networkProxy(environment: Environment): NodeJS.ProcessEnv {
  const names = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'];
  return Object.fromEntries(names.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));
}

function portOf(server: { readonly address: () => AddressInfo | string | null }): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
