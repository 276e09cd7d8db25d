import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { type Admitted, admitRequest, type Gate, type RequestRefusal, refuse } from './admit-request.ts';
import { askProvider, type Provider } from './ask-provider.ts';
import type { KeyHider } from './hide-key.ts';
import type { Limits } from './limits.ts';
import { passAnswer } from './pass-answer.ts';
import { readBody } from './read-body.ts';
import type { Hold, SpendingCap } from './spending-cap.ts';
import type { TrafficCount } from './traffic.ts';

export interface Service {
  readonly gate: Gate;
  readonly provider: Provider;
  readonly hider: () => KeyHider;
  readonly traffic: TrafficCount;
  readonly cap: SpendingCap | undefined;
  readonly limits: Limits;
}

/** Takes one request from each connection: whatever follows it, in the same packet even, ends both. */
export function serveRequests(server: Server, service: Service): void {
  const taken = new WeakMap<Duplex, Exchange>();
  const underWay = new Set<Exchange>();
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    if (taken.has(request.socket)) {
      end(request.socket, '400 Bad Request');
      return;
    }
    const exchange = { request, response, over: new AbortController(), underWay };
    taken.set(request.socket, exchange);
    response.on('error', () => undefined); // Whoever hung up wants no answer.
    response.on('close', () => {
      exchange.over.abort();
      underWay.delete(exchange);
    });
    serve(exchange, service).catch(() => request.socket.destroy());
  };
  const end = (socket: Duplex, answer: string): void => {
    const exchange = taken.get(socket);
    exchange?.over.abort();
    if (exchange?.response.headersSent || !socket.writable) socket.destroy();
    else socket.end(`HTTP/1.1 ${answer}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy());
  };
  server.on('request', take);
  // Without it Node asks for the body by itself; any other expectation it refuses.
  server.on('checkContinue', take);
  server.on('connect', (_, socket) => end(socket, '405 Method Not Allowed'));
  server.on('upgrade', (_, socket) => end(socket, '400 Bad Request'));
  server.on('clientError', ({ code = '' }: NodeJS.ErrnoException, socket) =>
    end(socket, ENDS[code] ?? '400 Bad Request'),
  );
}

const ENDS: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborted when nobody waits for the answer any more. */
  readonly over: AbortController;
  /** All those whose answer is owed or coming. */
  readonly underWay: Set<Exchange>;
}

/** @throws when either side breaks off. */
async function serve(exchange: Exchange, service: Service): Promise<void> {
  const { gate, cap, limits } = service;
  const { request, response, over, underWay } = exchange;
  const admitted = admitRequest(request, gate);
  if (admitted.kind === 'refused') return turnAway(exchange, admitted);
  if (underWay.size >= limits.inFlight) return turnAway(exchange, TOO_MANY);
  underWay.add(exchange);
  const body = await readBody(request, limits.body);
  if ('kind' in body) return reply(response, body);
  // Something followed in the same packet.
  if (over.signal.aborted) return;
  const signal = over.signal;
  const hold = admitted.isTurn ? await cap?.admit({ target: admitted.target, body, signal }) : undefined;
  if (cap && admitted.isTurn && !hold) return signal.aborted ? undefined : reply(response, CAP_REACHED);
  try {
    await pass(exchange, { admitted, body, hold }, service);
  } finally {
    // Whatever went wrong, others do not wait for it; what came of it is not known.
    hold?.release(true);
  }
}

interface Paid {
  readonly admitted: Admitted;
  readonly body: Buffer;
  /** What is kept for it; undefined where nothing bounds it. */
  readonly hold: Hold | undefined;
}

/** Has the provider answer, and passes that on. @throws when either side breaks off. */
async function pass(
  { response, over }: Exchange,
  { admitted, body, hold }: Paid,
  { provider, hider, traffic, limits }: Service,
): Promise<void> {
  const requested = traffic.ask(admitted);
  const asked = await askProvider(provider, { admitted, body, signal: over.signal });
  if (asked.kind === 'refused') {
    // Whoever leaves while the model writes may have to pay for what it wrote.
    hold?.release(over.signal.aborted || asked.status === 504);
    requested.missed(over.signal.aborted ? undefined : { kind: asked.trouble ?? 'outage', what: asked.message });
    return reply(response, asked);
  }
  const { answer } = asked;
  const count = requested.begin(answer);
  const finish = (how: Parameters<typeof count.end>[0]): void => {
    const isTold = count.end(how);
    hold?.release(!isTold);
  };
  let isBroken = false;
  // Told before the agent's side is closed for it: afterwards both look alike.
  answer.once('error', () => {
    isBroken = !over.signal.aborted;
  });
  try {
    await passAnswer(answer, { response, hider, look: count.take, max: limits.answer });
    finish('whole');
  } catch (problem) {
    // What an answer told before it broke off was paid for, too.
    finish(isBroken ? 'broken' : 'unwanted');
    throw problem;
  }
}

/** No program asks again for what is refused so. */
const CAP_REACHED = refuse(403, 'this run has spent what the budget has reserved for it');

const TOO_MANY = refuse(429, 'too many requests of this run are under way; wait for one of them', {
  'retry-after': '1',
});

/** How long the rest of a request is read that is refused: an answer is lost where its connection ends before. */
const REST_MS = 1_000;

async function turnAway({ request, response }: Exchange, refusal: RequestRefusal): Promise<void> {
  request.resume();
  const rest = new AbortController();
  if (!request.complete)
    await Promise.race([once(request, 'end', rest), setTimeout(REST_MS, undefined, rest)]).catch(() => undefined);
  rest.abort();
  reply(response, refusal);
}

/** In the shape of the providers' own errors, so that agents show the message. */
function reply(response: ServerResponse, { status, message, headers }: RequestRefusal): void {
  const body = JSON.stringify({ type: 'error', error: { type: 'model_proxy', message: `agent-waves: ${message}` } });
  const head = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), connection: 'close' };
  response.writeHead(status, { ...head, ...headers }).end(body);
}
