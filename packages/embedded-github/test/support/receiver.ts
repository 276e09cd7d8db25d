import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Delivered {
  readonly id: string;
  readonly event: string;
  readonly payload: { readonly action?: string; readonly [field: string]: unknown };
  readonly signed: boolean;
}

export const SECRET = 'a secret of the test';

/** An app's webhook address that keeps what arrives. */
export async function startReceiver() {
  const received: Delivered[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
    received.push({
      id: String(request.headers['x-github-delivery']),
      event: String(request.headers['x-github-event']),
      payload: JSON.parse(body.toString('utf8')),
      signed: request.headers['x-hub-signature-256'] === signature,
    });
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const names = () => received.map(({ event, payload }) => [event, payload.action].filter(Boolean).join('.'));
  const close = async () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}/api/github/webhooks`, received, names, close };
}
