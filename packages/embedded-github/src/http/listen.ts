import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Hono } from 'hono';
import { DROPPED } from './exchange.ts';

interface ListeningServer {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** The same routes without a socket. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  readonly close: () => void;
}

/** Serves on loopback; port 0 takes a free one. An answer that is marked as dropped cuts the connection instead. */
export async function listen(app: Hono, port: number): Promise<ListeningServer> {
  const server = createAdaptorServer({
    fetch: async (request, bindings) => {
      const response = await app.fetch(request, bindings);
      if (!response.headers.has(DROPPED)) return response;
      if ('socket' in bindings.incoming) bindings.incoming.socket.destroy();
      return RESPONSE_ALREADY_SENT;
    },
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...unheard(app, `http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    close: () => {
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
    },
  };
}

/** The same without a socket. @param url Without a trailing slash. */
export function unheard(app: Hono, url: string): ListeningServer {
  return {
    url,
    fetch: async (input, init) => {
      const response = await app.fetch(new Request(input, init));
      if (response.headers.has(DROPPED)) throw new TypeError('fetch failed', { cause: new Error('other side closed') });
      return response;
    },
    close: () => undefined,
  };
}
