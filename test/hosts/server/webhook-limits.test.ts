import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { WEBHOOK_PATH, type WebhookIntake, webhookHandler } from '../../../src/hosts/server/webhooks.ts';
import { eventually } from '../../support/waiting.ts';

/** The intake that the server has, with limits that are reached in a moment, asked by strangers who are slow. */

let server: Server | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await new Promise((resolve) => server?.close(resolve));
});

async function intake(limits: WebhookIntake['limits']): Promise<number> {
  const never = () => Promise.reject(new Error('nothing of a stranger is asked for'));
  const onError = () => expect.unreachable('nothing of a stranger is told');
  const handle = webhookHandler({ verify: never, receive: never, onError, limits });
  server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Sends the head of a webhook that claims a body, and none of that. */
function ask(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  const headers = {
    host: 'x',
    'content-type': 'application/json',
    'content-length': '1000000',
    'x-github-delivery': 'a',
    'x-github-event': 'issues',
    'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST ${WEBHOOK_PATH} HTTP/1.1\r\n${head.join('')}\r\n`);
  return socket;
}

it('a body that comes byte by byte is cut off when its time is over, however lively it is', async () => {
  const socket = ask(await intake({ bodyMs: 300 }));
  const drip = setInterval(() => socket.write('x'), 20);

  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(drip);
  expect(socket.closed).toBe(true);
});

it('bodies beyond those that are read at once are not waited for, and the next is read when one has ended', async () => {
  const port = await intake({ reading: 1_500_000, bodyMs: 60_000 });
  const first = ask(port);
  // Which of two connections is heard first nobody knows, but for what has arrived.
  await eventually('the first connection', async () => (await connections()) === 1);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const [refused] = (await once(ask(port), 'data')) as [Buffer];
  first.destroy();

  expect(refused.toString()).toMatch(/^HTTP\/1\.1 503 /);
  await eventually('a body that is read', async () => {
    const next = ask(port);
    next.write('x'.repeat(1_000_000));
    const [answer] = (await once(next, 'data')) as [Buffer];
    return /^HTTP\/1\.1 401 /.test(answer.toString());
  });
});

function connections(): Promise<number> {
  return new Promise((resolve, reject) =>
    server?.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}
