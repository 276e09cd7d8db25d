import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

export type ModelProvider = 'anthropic' | 'openai' | 'gemini';

/** What the proxy has to know of a provider's API. */
export interface ProviderApi {
  /** Address of the API, without a slash at its end. */
  readonly upstream: string;
  /** Path before every path of the API, as agents are told it. */
  readonly prefix: string;
  /** What may be asked for, below `prefix`. */
  readonly paths: readonly { readonly method: string; readonly path: RegExp }[];
}

/** Providers whose agents can be pointed at the proxy. */
export const APIS: Readonly<Record<Exclude<ModelProvider, 'gemini'>, ProviderApi>> = {
  /** "API overview" of Anthropic's documentation. */
  anthropic: {
    upstream: 'https://api.anthropic.com',
    prefix: '',
    paths: [
      { method: 'POST', path: /^\/v1\/messages$/ },
      { method: 'POST', path: /^\/v1\/messages\/count_tokens$/ },
      { method: 'GET', path: /^\/v1\/models(?:\/[A-Za-z0-9._-]{1,100})?$/ },
    ],
  },
  /** "API reference" of OpenAI's documentation: what Codex uses with `wire_api = "responses"`. */
  openai: {
    upstream: 'https://api.openai.com/v1',
    prefix: '/v1',
    paths: [
      { method: 'POST', path: /^\/responses$/ },
      { method: 'POST', path: /^\/responses\/compact$/ },
      { method: 'GET', path: /^\/models(?:\/[A-Za-z0-9._-]{1,100})?$/ },
    ],
  },
};

/** Headers of a connection, and what would tell the provider of another address or another identity. */
const DROPPED = [
  'connection',
  'cookie',
  'expect',
  'forwarded',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
];

/** @returns The key that a request bears: `x-api-key`, or a bearer token. */
export function keyOf(headers: IncomingHttpHeaders): string | undefined {
  const { 'x-api-key': key, authorization } = headers;
  if (typeof key === 'string') return key;
  return /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
}

/** @returns The headers for the provider: the real key where the other one stood, and an answer that can be read. */
export function outgoing(headers: IncomingHttpHeaders, key: string): OutgoingHttpHeaders {
  const passed = Object.entries(headers).filter(([name]) => !DROPPED.includes(name));
  const { 'x-api-key': inHeader, authorization, ...rest } = Object.fromEntries(passed);
  return {
    ...rest,
    'accept-encoding': 'identity',
    ...(inHeader === undefined ? { authorization: `Bearer ${key}` } : { 'x-api-key': key }),
  };
}

/** @returns The headers of an answer, without those of its connection. */
export function answered(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => ![...DROPPED, 'set-cookie'].includes(name)));
}
