import { request as requestHttp } from 'node:http';
import { type Agent, request as requestHttps } from 'node:https';
import * as z from 'zod/mini';
import { checkKey } from './credential.ts';
import type { WorkloadIdentity } from './workload-identity.ts';

export interface AccessToken {
  readonly token: string;
  /** When it ends, in milliseconds. */
  readonly until: number;
}

export interface Exchanging {
  readonly agent: Agent;
  readonly now: () => number;
}

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const TYPES = 'urn:ietf:params:oauth';

const federated = z.object({ access_token: z.string(), expires_in: z.number() });
const impersonated = z.object({ accessToken: z.string(), expireTime: z.string() });

/**
 * Asks GitHub for a token of the job, gives it to Google for one of Google's, and that one for one of the service
 * account, where the identity names it: "Obtain short-lived tokens for Workload Identity Federation" of Google Cloud's
 * documentation.
 * @returns Undefined where one of them gives none.
 */
export async function exchangeToken(
  identity: WorkloadIdentity,
  { agent, now }: Exchanging,
): Promise<AccessToken | undefined> {
  const { credential_source: source, service_account_impersonation_url: account } = identity;
  try {
    const own = z
      .record(z.string(), z.unknown())
      .parse(await askJson({ url: source.url, headers: source.headers, agent }));
    const given = federated.parse(
      await askJson({
        url: identity.token_url,
        agent,
        body: {
          grantType: `${TYPES}:grant-type:token-exchange`,
          requestedTokenType: `${TYPES}:token-type:access_token`,
          audience: identity.audience,
          scope: SCOPE,
          subjectTokenType: identity.subject_token_type,
          subjectToken: z.string().parse(own[source.format.subject_token_field_name]),
        },
      }),
    );
    if (account === undefined) return { token: checkKey(given.access_token), until: now() + given.expires_in * 1_000 };
    const headers = { authorization: `Bearer ${given.access_token}` };
    const { accessToken, expireTime } = impersonated.parse(
      await askJson({ url: account, headers, agent, body: { scope: [SCOPE] } }),
    );
    return { token: checkKey(accessToken), until: Date.parse(expireTime) };
  } catch {
    // Whatever went wrong, its words may have a token in them.
    return undefined;
  }
}

interface JsonRequest {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly agent: Agent;
}

const TIMEOUT_MS = 30_000;
const MAX_ANSWER = 100_000;

/** @throws where there is no answer with 2xx, or an address would send a token in the open. */
function askJson({ url: address, headers = {}, body, agent }: JsonRequest): Promise<unknown> {
  const url = new URL(address);
  const isLocal = url.protocol === 'http:' && url.hostname === '127.0.0.1';
  if (url.protocol !== 'https:' && !isLocal) throw new Error('not https');
  const text = body === undefined ? undefined : JSON.stringify(body);
  const options = {
    method: text === undefined ? 'GET' : 'POST',
    headers: { ...headers, accept: 'application/json', ...(text ? { 'content-type': 'application/json' } : {}) },
    timeout: TIMEOUT_MS,
  };
  return new Promise((resolve, reject) => {
    const sent = isLocal ? requestHttp(url, { ...options, agent: false }) : requestHttps(url, { ...options, agent });
    sent.on('error', reject);
    sent.on('timeout', () => sent.destroy(new Error('silent')));
    sent.on('response', async (answer) => {
      try {
        let read = '';
        for await (const chunk of answer.setEncoding('utf8')) {
          read += chunk;
          if (read.length > MAX_ANSWER) throw new Error('too long');
        }
        if (Math.floor((answer.statusCode ?? 0) / 100) !== 2) throw new Error('refused');
        resolve(JSON.parse(read));
      } catch (problem) {
        reject(problem);
      }
    });
    sent.end(text);
  });
}
