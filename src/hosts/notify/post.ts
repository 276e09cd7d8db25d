import { createHmac } from 'node:crypto';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { isPublicAddress, lookupPublic, PrivateAddress } from './public-address.ts';

export interface Posting {
  readonly url: string;
  readonly body: string;
  readonly secret: string | undefined;
  /** Names one transition, whoever tells of it however often. */
  readonly delivery: string;
  readonly event: string;
  readonly isPrivateAllowed: boolean;
  /** Milliseconds, name and connection included. */
  readonly within: number;
  /** Ends it at once. */
  readonly signal: AbortSignal;
}

export type Posted =
  | { readonly kind: 'arrived' }
  /** It may arrive another time. */
  | { readonly kind: 'failed'; readonly why: string /** Milliseconds that were asked for. */; readonly after?: number }
  /** It never will, as things are. */
  | { readonly kind: 'refused'; readonly why: string };

/** Sends one notice. Never rejects, follows nowhere, and reads nothing of the answer but its status. */
export async function post(posting: Posting): Promise<Posted> {
  const { within, signal } = posting;
  const late = AbortSignal.timeout(within);
  try {
    return judge(await ask(posting, AbortSignal.any([late, signal])));
  } catch (error) {
    if (error instanceof PrivateAddress) return { kind: 'refused', why: error.message };
    if (late.aborted) return { kind: 'failed', why: `it did not answer within ${within / 1_000} s` };
    // The message of some errors holds the name that was looked up: part of the address, which is a secret.
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return { kind: 'failed', why: `it could not be reached (${code})` };
  }
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

function ask({ url, body, isPrivateAllowed, ...rest }: Posting, signal: AbortSignal): Promise<Answer> {
  const address = new URL(url);
  const host = address.hostname.replace(/^\[|\]$/g, '');
  // What is an address already is never looked up.
  if (!isPrivateAllowed && isIP(host) !== 0 && !isPublicAddress(host)) throw new PrivateAddress();
  const request = address.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const asked = request(
      address,
      {
        method: 'POST',
        headers: headersOf({ body, ...rest }),
        agent: false,
        signal,
        ...(isPrivateAllowed ? {} : { lookup: lookupPublic }),
      },
      (response) => {
        resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] });
        response.on('error', () => undefined);
        response.destroy();
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

type Headed = Pick<Posting, 'body' | 'secret' | 'delivery' | 'event'>;

function headersOf({ body, secret, delivery, event }: Headed): Readonly<Record<string, string | number>> {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  return {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'user-agent': 'agent-waves',
    'x-agent-waves-delivery': delivery,
    'x-agent-waves-event': event,
    'x-agent-waves-timestamp': timestamp,
    ...(secret === undefined ? {} : { 'x-agent-waves-signature': signature(secret, { timestamp, body }) }),
  };
}

/** Over the moment as well: what somebody heard of cannot be sent again later as if it were new. */
function signature(secret: string, { timestamp, body }: { timestamp: string; body: string }): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

/** Refusals that another try may be spared. */
const TRANSIENT: ReadonlySet<number> = new Set([408, 425, 429]);

function judge({ status, retryAfter }: Answer): Posted {
  if (status >= 200 && status < 300) return { kind: 'arrived' };
  const why = `it answered ${status}`;
  if (status >= 300 && status < 500 && !TRANSIENT.has(status)) return { kind: 'refused', why };
  const seconds = Number(retryAfter);
  return Number.isFinite(seconds) && seconds > 0
    ? { kind: 'failed', why, after: seconds * 1_000 }
    : { kind: 'failed', why };
}
