import { createHash } from 'node:crypto';

/**
 * An answer with its `etag`; 304 without a body where the question says that it is known already
 * (https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate).
 */
export async function conditional(request: Request, response: Response): Promise<Response> {
  if (request.method !== 'GET' || response.status !== 200) return response;
  const text = await response.text();
  const etag = `W/"${createHash('sha256').update(text).digest('hex')}"`;
  const headers = new Headers(response.headers);
  headers.set('etag', etag);
  if (request.headers.get('if-none-match') !== etag) return new Response(text, { status: 200, headers });
  headers.delete('content-type');
  return new Response(null, { status: 304, headers });
}
