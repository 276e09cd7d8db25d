import type { Answer } from './rest/call.ts';

type Content = string | Uint8Array<ArrayBuffer> | null;

/** An answer as it goes over the network: bytes as they are, everything else as JSON, null where there is nothing. */
export function contentOf(body: Answer['body']): Content {
  if (body instanceof Uint8Array) return new Uint8Array(body);
  return body === undefined ? null : JSON.stringify(body);
}

export function respond(content: Content, { status, headers }: Pick<Answer, 'status' | 'headers'>): Response {
  const type = typeof content === 'string' ? { 'content-type': 'application/json; charset=utf-8' } : {};
  return new Response(content, { status, headers: { ...type, ...headers } });
}

export function json({ status, body, headers }: Answer): Response {
  return respond(contentOf(body), { status, headers });
}
