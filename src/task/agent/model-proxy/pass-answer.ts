import type { IncomingMessage, ServerResponse } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { KeyHider } from './hide-key.ts';

/** What an agent is told of an answer: its kind, the provider's limits, and what names it to the provider's support. */
const PASSED: readonly RegExp[] = [
  /^content-type$/,
  /^retry-after(?:-ms)?$/,
  /^x-should-retry$/,
  /^(?:x-)?(?:oai-)?request-id$/,
  /^anthropic-ratelimit-[a-z0-9-]+$/,
  /^x-ratelimit-[a-z0-9-]+$/,
  // What Codex reads: `rate_limits.rs`, `sse/responses.rs` and `endpoint/models.rs` of openai/codex.
  /^x-codex-[a-z0-9-]+$/,
  /^x-models-etag$/,
  /^x-reasoning-included$/,
  /^openai-(?:model|processing-ms|version)$/,
  /^etag$/,
];

const PRINTABLE = /^[\t\x20-\x7e]{0,4000}$/;

export interface Passing {
  readonly response: ServerResponse;
  readonly hider: () => KeyHider;
  /** Sees the bytes as they came. */
  readonly look: (chunk: Buffer) => void;
  /** Most bytes that are passed on. */
  readonly max: number;
}

/**
 * Writes an answer again, framed by us, each piece as soon as it is there.
 * @throws when either side breaks off: the agent then sees an answer that broke off.
 */
export async function passAnswer(answer: IncomingMessage, passing: Passing): Promise<void> {
  const { response, hider, look, max } = passing;
  response.writeHead(answer.statusCode ?? 502, headersOf(answer, hider));
  response.flushHeaders();
  const body = hider();
  let size = 0;
  const hiding = new Transform({
    transform: (chunk: Buffer, _, done) => {
      size += chunk.length;
      look(chunk);
      done(size > max ? new Error('the answer is too long') : null, body.take(chunk));
    },
    // What the parser objected to behind the body ends like a whole answer, with its last pieces lost.
    flush: (done) => done(isWhole(answer, size) ? null : new Error('the answer broke off'), body.end()),
  });
  await pipeline(answer, hiding, response);
}

function isWhole({ complete, headers }: IncomingMessage, size: number): boolean {
  return complete && Number(headers['content-length'] ?? size) === size;
}

function headersOf({ headers }: IncomingMessage, hider: () => KeyHider): Readonly<Record<string, string>> {
  const passed = Object.entries(headers).filter(
    ([name, value]) => PASSED.some((pattern) => pattern.test(name)) && PRINTABLE.test(String(value)),
  );
  const hidden = passed.map(([name, value]) => [name, hiddenText(String(value), hider())]);
  return { ...Object.fromEntries(hidden), connection: 'close' };
}

function hiddenText(text: string, { take, end }: KeyHider): string {
  return Buffer.concat([take(Buffer.from(text)), end()]).toString('latin1');
}
