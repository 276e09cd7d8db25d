import type { Tokens } from '../adapter.ts';
import { asNumber, asObject, asObjects, asText, type JsonObject } from '../adapters/json-line.ts';
import { answerText, isEventStream } from './answer-text.ts';

export const NO_TOKENS: Tokens = { input: 0, output: 0, cached: 0 };

export function addTokens(one: Tokens, other: Tokens): Tokens {
  const written = (one.written ?? 0) + (other.written ?? 0);
  const sum = { input: one.input + other.input, output: one.output + other.output, cached: one.cached + other.cached };
  return written === 0 ? sum : { ...sum, written };
}

/** What an answer says it cost. */
export interface Usage {
  readonly tokens: Tokens;
  /** Undefined where it does not say. */
  readonly model: string | undefined;
}

/** Reads the usage of one answer while it passes by. */
export interface UsageReader {
  readonly take: (chunk: Buffer) => void;
  /** @returns What was used, as far as the answer has told by now: it may have broken off, or have more to say. */
  readonly read: () => Usage;
}

/** An answer, or an event of it, that is longer is passed on and not read. */
const MAX_PENDING = 32_000_000;

/**
 * Usage is at `usage` of a JSON answer, at `usageMetadata` of Gemini's. In a stream each event of Gemini and of OpenAI's
 * chat has it, as totals. Others have it in `message_start`, and then, as totals, in `message_delta` ("Streaming
 * messages" of Anthropic's documentation), or in the response that `response.completed`, `response.incomplete` or
 * `response.failed` bears ("Streaming events" of OpenAI's).
 */
export function readUsage(contentType: string | undefined): UsageReader {
  const streamed = isEventStream(contentType);
  const decoder = answerText(contentType);
  let pending = '';
  let told: Told = { usage: {}, model: undefined };
  return {
    take: (chunk) => {
      pending += decoder.take(chunk);
      if (streamed) {
        const lines = pending.split(/\r?\n/);
        pending = lines.pop() ?? '';
        told = lines.flatMap(eventIn).reduce(hear, told);
      }
      if (pending.length > MAX_PENDING) pending = '';
    },
    read: () => {
      const { usage, model } = (streamed ? eventIn(pending) : answersIn(pending)).reduce(hear, told);
      return { tokens: tokensOf(usage), model };
    },
  };
}

interface Told {
  readonly usage: JsonObject;
  readonly model: string | undefined;
}

function hear({ usage, model }: Told, message: JsonObject): Told {
  const counts = Object.entries(asObject(message.usage) ?? asObject(message.usageMetadata) ?? {});
  return {
    usage: { ...usage, ...Object.fromEntries(counts.filter(([, value]) => value != null)) },
    model: asText(message.model) ?? asText(message.modelVersion) ?? model,
  };
}

/** @returns What tells of usage or model in this line of a stream. What a model writes may look like it, deeper down. */
function eventIn(line: string): readonly JsonObject[] {
  const data = /^data: ?(.*)/.exec(line)?.[1] ?? '';
  if (!/"(?:usage|usageMetadata|model|modelVersion)"/.test(data)) return [];
  const [event] = answersIn(data);
  const type = asText(event?.type);
  if (!event || type === undefined || type === 'message_delta') return event ? [event] : [];
  if (type === 'message_start') return asObjects([event.message]);
  return /^response\.(?:created|completed|incomplete|failed)$/.test(type) ? asObjects([event.response]) : [];
}

/** Gemini streams its answers as a list where it is not asked for events. */
function answersIn(text: string): readonly JsonObject[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? asObjects(value) : asObjects([value]);
  } catch {
    // It broke off, or is text for people.
    return [];
  }
}

/** Anthropic counts what came from and went to the cache apart, the others as a part of the input. */
function tokensOf(usage: JsonObject): Tokens {
  const sum = (...names: readonly string[]) => names.reduce((total, name) => total + (asNumber(usage[name]) ?? 0), 0);
  const part = (name: string) => asNumber(asObject(usage[name])?.cached_tokens);
  const cached =
    part('input_tokens_details') ?? part('prompt_tokens_details') ?? asNumber(usage.cachedContentTokenCount);
  const input = sum('input_tokens', 'prompt_tokens', 'promptTokenCount', 'toolUsePromptTokenCount');
  const output = sum('output_tokens', 'completion_tokens', 'candidatesTokenCount', 'thoughtsTokenCount');
  if (cached !== undefined) return { input, output, cached };
  const apart = sum('cache_read_input_tokens', 'cache_creation_input_tokens');
  const written = sum('cache_creation_input_tokens');
  const told = { input: input + apart, output, cached: sum('cache_read_input_tokens') };
  return written === 0 ? told : { ...told, written };
}
