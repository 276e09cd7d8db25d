/** Bytes that a program in the agent's place sends, and what of them may reach the provider. */
export interface Attack {
  readonly name: string;
  /** As they are written to the connection, one after the other; `{key}` and `{host}` are what the agent was told. */
  readonly send: readonly string[];
  /** The one request that the provider gets. Absent: nothing reaches it. */
  readonly arrives?: Arrival;
  /** It never ends by itself. */
  readonly waits?: boolean;
}

export interface Arrival {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body: string;
}

/** What would be a request of its own where a body is framed differently by two readers. */
export const SMUGGLED = 'GET /v1/smuggled HTTP/1.1\r\nhost: smuggled\r\nx-smuggled: yes\r\n\r\n';

/** A request that is admitted, and what arrives of it. */
export const BODY = '{"model":"m"}';
export const MESSAGES: Arrival = { method: 'POST', url: '/v1/messages', body: BODY };
export const MODELS: Arrival = { method: 'GET', url: '/v1/models', body: '' };

const LENGTH = `content-length: ${BODY.length}`;
/** The same with chunks. */
export const CHUNKS = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`;

/** @param lines Headers beside host, key and type; a length among them, or none. */
export function head(start: string, lines: readonly string[]): string {
  return [start, 'host: {host}', 'x-api-key: {key}', 'content-type: application/json', ...lines, '', ''].join('\r\n');
}

/** A whole request for Messages with these headers beside its length. */
export function messages(lines: readonly string[], body: string = BODY): string {
  return head('POST /v1/messages HTTP/1.1', [LENGTH, ...lines]) + body;
}

/** Messages with these headers in place of its length. */
export function measured(lines: readonly string[], body: string): string {
  return head('POST /v1/messages HTTP/1.1', lines) + body;
}

export function chunked(body: string, lines: readonly string[] = ['transfer-encoding: chunked']): string {
  return measured(lines, body);
}

/** A request without a body. */
export function get(start: string, lines: readonly string[] = []): string {
  return [start, 'host: {host}', 'x-api-key: {key}', ...lines, '', ''].join('\r\n');
}
