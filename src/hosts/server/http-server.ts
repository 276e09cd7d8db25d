import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StartProblem } from './start-problem.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Whatever a request is, it ends no more than its own connection. */
export function strictServer(handler: Handler): Server {
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 60_000, maxHeaderSize: 16 * 1024 });
  server.on('request', (request, response) => {
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    handler(request, response).catch(() => request.socket.destroy());
  });
  server.on('clientError', (_, socket) => socket.destroy());
  // A burst of webhooks may come over one connection each, and health checks beside them.
  server.maxConnections = 4_000;
  return server;
}

/** @returns The address that it listens on. @throws StartProblem */
export function listen(
  server: Server,
  { host, port, names = 'PORT or HOST' }: { readonly host: string; readonly port: number; readonly names?: string },
): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new StartProblem(`port ${port} of ${host} cannot be listened on (${error.code}): give another ${names}`, {
          cause: error,
        }),
      ),
    );
    server.listen(port, host, () => resolve(urlOf(server.address() as AddressInfo)));
  });
}

function urlOf({ address, port }: AddressInfo): string {
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

/** Ends it with every connection: whoever is still asking is answered by the next process. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

/** @returns The path that is asked for, without query and slashes at its end. */
export function pathOf({ url = '' }: IncomingMessage): string {
  return url.replace(/[?#].*$/s, '').replace(/\/+$/, '');
}

export function answerText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`);
}
