import type { IncomingMessage } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { type Refusal, refuse, TOO_LONG } from './admit-request.ts';

/**
 * Reads a whole body before anything of it goes on, so that it is sent with a length of ours.
 * @param max In bytes.
 * @throws when the connection breaks, or what is on it is not HTTP.
 */
export async function readBody(request: IncomingMessage, max: number): Promise<Buffer | Refusal> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // What is too long is read to its end all the same, or the answer would be lost with the connection.
    if (size <= max) chunks.push(chunk);
    else chunks.length = 0;
    if (size > 2 * max) request.destroy();
  }
  // The parser sees the rest of what came with the body before this goes on: a second request ends the connection.
  await setImmediate();
  if (request.socket.destroyed) throw new Error('the connection was ended');
  if (request.rawTrailers.length > 0) return refuse(400, 'headers stand before the body');
  return size > max ? TOO_LONG : Buffer.concat(chunks);
}
