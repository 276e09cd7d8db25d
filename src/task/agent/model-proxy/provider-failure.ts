import { asNumber, asObject, asObjects, asText, type JsonObject } from '../adapters/json-line.ts';
import { parseDuration, parseWait } from '../adapters/wording.ts';
import { answerText, isEventStream } from './answer-text.ts';

/** What keeps a provider from answering, and is none of the agent's doing. */
export type ProviderTrouble =
  /** A limit of requests or tokens: it ends. */
  | 'quota'
  /** The provider failed, broke off or was not reached: it ends, too. */
  | 'outage'
  /** The key is not taken. */
  | 'login'
  /** No money is left on the account. */
  | 'account'
  /** There is no such model, or none for this key. */
  | 'model'
  /** The API is somewhere else. */
  | 'address';

export interface ProviderFailure {
  readonly kind: ProviderTrouble;
  /** What happened, with the provider's status and its own name for it, never its words: those may have the key in them. */
  readonly what: string;
  /** The answer had begun: what came of it may look like all there was. */
  readonly isPartial?: true;
  /** How long the provider says to wait, in milliseconds. */
  readonly wait?: number;
}

/** Reads why an answer is none, while it passes by. */
export interface FailureReader {
  readonly take: (chunk: Buffer) => void;
  /** @returns Undefined where it is an answer, or refuses what the agent asked for. */
  readonly read: () => ProviderFailure | undefined;
}

/** Errors are short, and end a stream. */
const MAX_KEPT = 16_000;

/**
 * An error is the body of an answer that has no 2xx, or an event of one that has: `error` of Anthropic's streams, and
 * `response.failed` or `error` of OpenAI's; Gemini's streams end with an object that holds `error`, Bedrock's with an
 * exception.
 */
export function readFailure(status: number, contentType: string | undefined): FailureReader {
  const streamed = status < 300 && isEventStream(contentType);
  const decoder = answerText(contentType);
  let kept = '';
  return {
    take: (chunk) => {
      if (status >= 300 && kept.length < MAX_KEPT) kept += decoder.take(chunk);
      else if (streamed) kept = `${kept}${decoder.take(chunk)}`.slice(-MAX_KEPT);
    },
    read: () => {
      if (status >= 300) return classifyFailure(status, errorIn(kept));
      const failed = kept.split(/\r?\n/).flatMap((line) => failedEvent(line) ?? []);
      return failed[0] && classifyFailure(undefined, failed[0]);
    },
  };
}

interface ProviderError {
  /** What the provider calls it: `overloaded_error`, `insufficient_quota`, `RESOURCE_EXHAUSTED`. */
  readonly names: readonly string[];
  readonly status: number | undefined;
  readonly message: string;
  readonly wait: number | undefined;
}

const NO_ERROR: ProviderError = { names: [], status: undefined, message: '', wait: undefined };

function failedEvent(line: string): ProviderError | undefined {
  const data = /^data: ?(\{.*)/.exec(line)?.[1] ?? '';
  if (!data.includes('"error"')) return undefined;
  const event = objectIn(data);
  const type = asText(event?.type);
  if (event && type === 'response.failed') return errorOf(asObject(event.response) ?? {});
  if (event && (type === 'error' || (type === undefined && asObject(event.error)))) return errorOf(event);
  return undefined;
}

function errorIn(text: string): ProviderError {
  const object = objectIn(text);
  return object ? errorOf(object) : NO_ERROR;
}

function errorOf(holder: JsonObject): ProviderError {
  const error = asObject(holder.error) ?? holder;
  const details = asObjects(error.details);
  const reasons = details.map(({ reason }) => reason);
  const message = asText(error.message) ?? '';
  // `RetryInfo` of google.rpc.
  const [delay] = details.flatMap(({ retryDelay }) => asText(retryDelay) ?? []);
  return {
    names: [error.code, error.type, error.status, ...reasons].flatMap((name) => asText(name) ?? []),
    status: asNumber(error.code) ?? asNumber(error.status),
    message,
    wait: (delay === undefined ? undefined : parseDuration(delay)) ?? parseWait(message),
  };
}

/** Gemini gives its errors in a list where it is not asked for events. */
function objectIn(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? asObjects(value)[0] : asObject(value);
  } catch {
    // It broke off, or is text for people.
    return undefined;
  }
}

/**
 * "Errors" of Anthropic's documentation, "Error codes" of OpenAI's, "Troubleshooting guide" of the Gemini API's, "Common
 * errors" of Bedrock's. The first
 * that matches counts: an empty account is told with the status of a limit, a wrong key with that of a bad request.
 */
const KINDS: readonly (readonly [kind: ProviderTrouble, names: RegExp, message: RegExp | undefined])[] = [
  [
    'account',
    /^(?:402|insufficient_quota|billing_error|billing_hard_limit_reached|billing_not_active|BILLING_DISABLED)$/,
    /credit balance is too low/i,
  ],
  ['login', /^(?:401|403|invalid_api_key|API_KEY_INVALID|UNAUTHENTICATED)$/, /API key not valid/i],
  ['quota', /^(?:429|rate_limit_error|rate_limit_exceeded|RESOURCE_EXHAUSTED|throttlingException)$/, undefined],
  ['model', /^(?:404|model_not_found)$/, /\bmodel\b.*\b(?:does not exist|not found|not supported|invalid)/i],
  [
    'outage',
    /^(?:408|424|5\d\d|api_error|overloaded_error|timeout_error|server_error|server_is_overloaded|INTERNAL|UNAVAILABLE|(?:internalServer|serviceUnavailable|modelTimeout|modelStreamError)Exception)$/,
    undefined,
  ],
];

function classifyFailure(status: number | undefined, error: ProviderError): ProviderFailure | undefined {
  const names = [status, error.status].flatMap((code) => code ?? []).map(String);
  const found = KINDS.find(
    ([, pattern, message]) =>
      [...names, ...error.names].some((name) => pattern.test(name)) || message?.test(error.message),
  );
  if (!found) return undefined;
  const own = error.names.find((name) => /^[A-Za-z][\w.-]{1,60}$/.test(name));
  const told = [names[0], own].filter((part) => part !== undefined).join(', ');
  const { wait } = error;
  const failure = { kind: found[0], what: `the provider answered with an error (${told})` };
  return wait === undefined ? failure : { ...failure, wait };
}
