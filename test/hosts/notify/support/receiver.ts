import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Tries } from '../../../../src/hosts/notify/outbox.ts';

/** Who hears of plans, as a team would write it: on loopback, by the rules of docs/guides/notifications.md. */

export interface Heard {
  readonly event: string;
  readonly delivery: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Receiver {
  readonly url: string;
  readonly heard: readonly Heard[];
  /** Requests that were not signed as they should be. */
  readonly refused: number;
  /** Requests that it has not answered, and whose sender waits. */
  readonly open: number;
  /** Settles with the next request that has come in whole, before it is answered. */
  readonly asked: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** How often a notice is tried in tests that do not ask for another number: waits take no time. */
export const TRIES: Tries = { most: 12, firstPause: 1, maxPause: 1, within: 10_000, isLeft: false };

/** Its status; `hang`: there is none. */
type Answered = number | 'hang';

/** How old a signed message may be (s). */
const MAX_AGE = 300;

/** @param answer By default 204 for what is signed; `hang` answers never. It is told the path that was asked for, too. */
export async function startReceiver(
  secret: string,
  answer: (nth: number, path: string) => Answered | Promise<Answered> = () => 204,
): Promise<Receiver> {
  const heard: Heard[] = [];
  let [refused, nth, open] = [0, 0, 0];
  let waiting: (() => void)[] = [];
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    for (const resolve of waiting) resolve();
    waiting = [];
    if (!isSigned(request, { body, secret })) {
      refused++;
      response.writeHead(401).end();
      return;
    }
    const status = await answer(nth++, request.url ?? '');
    if (status === 'hang') {
      open++;
      request.socket.once('close', () => open--);
      return;
    }
    if (status < 300)
      heard.push({
        event: String(request.headers['x-agent-waves-event']),
        delivery: String(request.headers['x-agent-waves-delivery']),
        body: JSON.parse(body),
      });
    response.writeHead(status).end('an answer that nobody reads');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    heard,
    get refused() {
      return refused;
    },
    get open() {
      return open;
    },
    asked: () => new Promise<void>((resolve) => waiting.push(resolve)),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

function isSigned({ headers }: IncomingMessage, { body, secret }: { body: string; secret: string }): boolean {
  const timestamp = String(headers['x-agent-waves-timestamp']);
  if (!(Math.abs(Date.now() / 1_000 - Number(timestamp)) < MAX_AGE)) return false;
  const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`);
  const given = Buffer.from(String(headers['x-agent-waves-signature']));
  return given.length === expected.length && timingSafeEqual(given, expected);
}
