import type { IncomingMessage } from 'node:http';
import { type RequestRefusal, refuse } from './admit-request.ts';

/**
 * Reads a whole body before anything of it goes on, so that it is sent with a length of ours.
 * @param max In bytes.
 * @throws when the connection breaks, or what is on it is not HTTP.
 */
export async function readBody(request: IncomingMessage, max: number): Promise<Buffer | RequestRefusal> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // What is too long is read to its end all the same, or the answer would be lost with the connection.
    if (size <= max) chunks.push(chunk);
    else chunks.length = 0;
    if (size > 2 * max) request.destroy();
  }
  if (request.rawTrailers.length > 0) return refuse(400, 'headers stand before the body');
  return size > max ? refuse(413, 'this is too long') : Buffer.concat(chunks);
}
