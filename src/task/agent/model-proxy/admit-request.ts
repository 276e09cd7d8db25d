import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { MAX_HEADERS } from './limits.ts';
import type { ProviderTrouble } from './provider-failure.ts';
import { type ApiRoute, COMMON_HEADERS, KEY_HEADERS, type KeyHeader, type ProviderApi } from './providers.ts';

/** Who may ask, and for what. */
export interface Gate {
  readonly api: ProviderApi;
  /** What stands for the key. */
  readonly placeholder: string;
  /** Address and port of the proxy: the one name by which it may be asked. */
  readonly host: string;
}

/** What the head of a request asks for, written again in our words. */
export interface Admitted {
  readonly kind: 'admitted';
  readonly method: ApiRoute['method'];
  /** Path below the API's address, with its query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Where the key goes. */
  readonly keyHeader: KeyHeader;
  /** It asks for a turn of a model. */
  readonly isTurn: boolean;
}

/** Why a request is not passed on. */
export interface RequestRefusal {
  readonly kind: 'refused';
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where the provider gave no answer that could be passed on: what is wrong, if it is no outage. */
  readonly trouble?: ProviderTrouble;
}

const PRINTABLE = /^[\t\x20-\x7e]*$/;

/** Judges a request by its head. Whatever could be read in two ways is refused: no header comes twice. */
export function admitRequest(request: IncomingMessage, gate: Gate): Admitted | RequestRefusal {
  const problem = ambiguity(request) ?? stranger(request, gate);
  if (problem) return problem;
  const route = findRoute(request, gate.api);
  if (!route) return refuse(404, `${request.method} ${(request.url ?? '').slice(0, 200)} is no request to a model`);
  const target = targetOf(request.url ?? '', { api: gate.api, route });
  if (target === undefined) return refuse(400, 'the query of this address cannot be read');
  const keyHeader = bearer(request, gate.api);
  const framing = bodyProblem(request, route);
  if (framing || !keyHeader) return framing ?? NO_KEY;
  const { method, isTurn = false } = route;
  return { kind: 'admitted', method, target, headers: passedHeaders(request, gate.api), keyHeader, isTurn };
}

export function refuse(status: number, message: string, headers: RequestRefusal['headers'] = {}): RequestRefusal {
  return { kind: 'refused', status, message, headers };
}

const NO_KEY = refuse(401, 'this is not the key of this run');

/** What two readers might understand differently, and what would turn the connection into another one. */
function ambiguity({ httpVersion, rawHeaders, headers }: IncomingMessage): RequestRefusal | undefined {
  const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
  const values = rawHeaders.filter((_, at) => at % 2 === 1);
  if (httpVersion !== '1.1') return refuse(505, 'ask by HTTP/1.1');
  if (names.length > MAX_HEADERS) return refuse(431, 'there are too many headers');
  if (new Set(names).size !== names.length) return refuse(400, 'a header comes twice');
  if (!values.every((value) => PRINTABLE.test(value))) return refuse(400, 'a header cannot be read');
  if (headers.expect !== undefined) return refuse(417, 'send the body without being asked for it');
  const connection = (headers.connection ?? 'close').toLowerCase().split(/\s*,\s*/);
  if (headers.upgrade !== undefined || !connection.every((option) => option === 'keep-alive' || option === 'close'))
    return refuse(400, 'a connection stays what it is');
  if (headers.trailer !== undefined) return refuse(400, 'headers stand before the body');
  return undefined;
}

/** Another machine, a page in a browser that resolves its own name to loopback, or a program without this run's key. */
function stranger(request: IncomingMessage, { api, placeholder, host }: Gate): RequestRefusal | undefined {
  const peer = request.socket.remoteAddress ?? '';
  if (!/^(?:::ffff:)?127\./.test(peer)) return refuse(403, 'only this machine may ask');
  if (request.headers.host !== host) return refuse(403, `ask for ${host}`);
  const name = bearer(request, api);
  return name && isSame(keyIn(request, name), placeholder) ? undefined : NO_KEY;
}

/** @returns The one header that bears a key, where there is one and this API knows it. */
function bearer({ headers }: IncomingMessage, api: ProviderApi): KeyHeader | undefined {
  const [name, ...more] = KEY_HEADERS.filter((known) => headers[known] !== undefined);
  return more.length === 0 && name && api.keyHeaders.includes(name) ? name : undefined;
}

function keyIn({ headers }: IncomingMessage, name: KeyHeader): string {
  const value = String(headers[name]);
  return name === 'authorization' ? (/^Bearer (\S+)$/i.exec(value)?.[1] ?? '') : value;
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** The address is compared as it was sent: a parser that tidied it up would hide what the provider is sent. */
function findRoute({ method, url = '' }: IncomingMessage, { prefix, routes }: ProviderApi): ApiRoute | undefined {
  const [whole = ''] = url.split('?');
  const path = whole.startsWith(prefix) ? whole.slice(prefix.length) : '';
  return routes.find((route) => route.method === method && route.path.test(path));
}

/** @returns Path and query with the parameters that the route knows, or undefined where one cannot be read. */
function targetOf(
  url: string,
  { api, route }: { readonly api: ProviderApi; readonly route: ApiRoute },
): string | undefined {
  const [path = '', ...queries] = url.split('?');
  const given = queries.join('?').split('&');
  const known = given.filter((pair) => route.query.includes(pair.split('=')[0] ?? ''));
  const names = known.map((pair) => pair.split('=')[0]);
  if (new Set(names).size !== names.length) return undefined;
  if (!known.every((pair) => /^\w+=[A-Za-z0-9._~:+/-]{0,300}$/.test(pair))) return undefined;
  return [path.slice(api.prefix.length), known.join('&')].filter(Boolean).join('?');
}

/**
 * A body is JSON that nobody packed. Lengths are the parser's: it takes one number or chunks, and not both, and whatever
 * comes behind the body of that length ends the connection.
 */
function bodyProblem({ headers }: IncomingMessage, { method }: ApiRoute): RequestRefusal | undefined {
  const { 'content-length': length, 'transfer-encoding': coding } = headers;
  if (method === 'GET')
    return coding === undefined && (length ?? '0') === '0' ? undefined : refuse(400, 'a GET has no body');
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') return refuse(501, 'send the body as it is');
  const type = headers['content-type'] ?? '';
  if (!/^application\/json\s*(?:;|$)/i.test(type) || headers['content-encoding'] !== undefined)
    return refuse(415, 'send JSON as it is: application/json, without a content-encoding');
  return undefined;
}

function passedHeaders({ headers }: IncomingMessage, api: ProviderApi): Readonly<Record<string, string>> {
  const allowed = [...COMMON_HEADERS, ...api.headers];
  const passed = Object.entries(headers).filter(([name]) => allowed.some((pattern) => pattern.test(name)));
  return Object.fromEntries(passed.map(([name, value]) => [name, String(value)]));
}
