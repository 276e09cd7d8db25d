import { createHash } from 'node:crypto';
import { contentOf, respond } from './respond.ts';
import type { Answer } from './rest/call.ts';

/**
 * An answer with its `etag`; 304 without a body where the question says that it is known already
 * (https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate).
 */
export function conditional(request: Request, { status, body, headers }: Answer): Response {
  const content = contentOf(body);
  if (request.method !== 'GET' || status !== 200) return respond(content, { status, headers });
  const etag = `W/"${createHash('sha256')
    .update(content ?? '')
    .digest('hex')}"`;
  const isKnown = request.headers.get('if-none-match') === etag;
  const known = Object.entries(headers ?? {}).filter(([name]) => name.toLowerCase() !== 'content-type');
  return isKnown
    ? respond(null, { status: 304, headers: { ...Object.fromEntries(known), etag } })
    : respond(content, { status, headers: { ...headers, etag } });
}
