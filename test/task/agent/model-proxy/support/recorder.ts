import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import type { Arrival } from '../attacks/attack.ts';

/** A provider that keeps every byte it is sent, with a real server behind it that understands what it can. */
export interface Recorder {
  readonly url: string;
  /** What came over each connection, in order. */
  readonly connections: readonly Buffer[];
  /** What the server took for requests: it reads as tolerantly as Node can. */
  readonly requests: readonly Arrival[];
  readonly close: () => Promise<void>;
}

export async function startRecorder(): Promise<Recorder> {
  const requests: Arrival[] = [];
  const connections: Buffer[] = [];
  const http = createHttpServer({ insecureHTTPParser: true, requireHostHeader: false }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url = '' } = request;
      requests.push({ method: method as Arrival['method'], url, body: Buffer.concat(chunks).toString() });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"arrived":true}');
    });
  });
  const port = await listen(http);
  const recorder = createServer((socket) => {
    const at = connections.push(Buffer.alloc(0)) - 1;
    const server = connect(port, '127.0.0.1');
    socket.on('data', (chunk: Buffer) => {
      connections[at] = Buffer.concat([connections[at] ?? chunk, chunk]);
      server.write(chunk);
    });
    server.on('data', (chunk) => socket.write(chunk));
    for (const [one, other] of [[socket, server] as const, [server, socket] as const])
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
  });
  return {
    url: `http://127.0.0.1:${await listen(recorder)}`,
    connections,
    requests,
    close: async () => {
      http.closeAllConnections();
      await Promise.all([http, recorder].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

/** A provider that answers each connection with these bytes, whatever it was asked. */
export async function startScripted(pieces: readonly (string | Buffer)[]): Promise<Pick<Recorder, 'url' | 'close'>> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', async () => {
      for (const piece of pieces) {
        socket.write(piece);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      socket.end();
    });
  });
  return {
    url: `http://127.0.0.1:${await listen(server)}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
