import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** Between two pieces, so that they arrive as two. */
const GAP_MS = 5;

/** Writes these pieces to a server, and waits until that ends the connection. @returns What it answered. */
export async function rawRequest(url: string, pieces: readonly (string | Buffer)[]): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setNoDelay();
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1');
  });
  socket.on('error', () => undefined); // It may refuse the rest.
  const closed = new Promise((resolve) => socket.on('close', resolve));
  await once(socket, 'connect');
  for (const piece of pieces) {
    socket.write(piece);
    if (pieces.length > 1) await setTimeout(GAP_MS);
  }
  await closed;
  return answer;
}
