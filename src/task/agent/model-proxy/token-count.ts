import { StringDecoder } from 'node:string_decoder';
import type { Tokens } from '../adapter.ts';
import { asNumber, asObject, asText, type JsonObject, parseJsonLine } from '../adapters/json-line.ts';

export const NO_TOKENS: Tokens = { input: 0, output: 0, cached: 0 };

export function addTokens(one: Tokens, other: Tokens): Tokens {
  return { input: one.input + other.input, output: one.output + other.output, cached: one.cached + other.cached };
}

/** An answer, or an event of it, that is longer is passed on and not read. */
const MAX_PENDING = 32_000_000;

/** Reads the tokens of one answer while it passes by. */
export interface Counter {
  readonly take: (chunk: Buffer) => void;
  /** @returns What was used, as far as the answer told before it ended or broke off. */
  readonly end: () => Tokens;
}

/**
 * Usage is at `usage` of a JSON answer. In a stream it is in `message_start`, and then, as totals, in `message_delta`
 * ("Streaming messages" of Anthropic's documentation), or in the response that `response.completed`,
 * `response.incomplete` or `response.failed` bears ("Streaming events" of OpenAI's).
 */
export function countTokens(contentType: string | undefined): Counter {
  const streamed = contentType?.startsWith('text/event-stream') ?? false;
  const decoder = new StringDecoder('utf8');
  let pending = '';
  let usage: JsonObject = {};
  const merge = (told: JsonObject | undefined): void => {
    if (told) usage = { ...usage, ...Object.fromEntries(Object.entries(told).filter(([, value]) => value != null)) };
  };
  const event = (line: string): void => {
    const data = /^data: ?(.*)/.exec(line)?.[1];
    const told = data === undefined ? undefined : parseJsonLine(data);
    if (!told) return;
    if (told.type === 'message_start') merge(asObject(asObject(told.message)?.usage));
    else if (told.type === 'message_delta') merge(asObject(told.usage));
    else if (/^response\.(?:completed|incomplete|failed)$/.test(asText(told.type) ?? ''))
      merge(asObject(asObject(told.response)?.usage));
  };
  return {
    take: (chunk) => {
      pending += decoder.write(chunk);
      if (streamed) {
        const lines = pending.split(/\r?\n/);
        pending = lines.pop() ?? '';
        for (const line of lines) event(line);
      }
      if (pending.length > MAX_PENDING) pending = '';
    },
    end: () => {
      if (streamed) event(pending);
      else merge(asObject(parseJsonLine(pending)?.usage));
      return tokensOf(usage);
    },
  };
}

/** Anthropic counts what came from and went to the cache apart, OpenAI as a part of the input. */
function tokensOf(usage: JsonObject): Tokens {
  const input = asNumber(usage.input_tokens) ?? 0;
  const output = asNumber(usage.output_tokens) ?? 0;
  const details = asObject(usage.input_tokens_details);
  if (details) return { input, output, cached: asNumber(details.cached_tokens) ?? 0 };
  const cached = asNumber(usage.cache_read_input_tokens) ?? 0;
  return { input: input + cached + (asNumber(usage.cache_creation_input_tokens) ?? 0), output, cached };
}
