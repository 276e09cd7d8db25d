import { createPublicKey, verify } from 'node:crypto';
import type { AppRecord } from '../model/accounts.ts';
import { badCredentials } from '../model/errors.ts';

/** https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app */
const SKEW_SECONDS = 60;
const MAX_LIFETIME_SECONDS = 600;

export function looksLikeJwt(token: string): boolean {
  return token.split('.').length === 3;
}

/** The app that signed the token, which must be RS256, issued in the past and expire within ten minutes. */
export function appOfJwt(
  token: string,
  { apps, nowMs }: { readonly apps: Iterable<AppRecord>; readonly nowMs: number },
): AppRecord {
  const [head = '', claims = '', signature = ''] = token.split('.');
  const { alg } = decode(head);
  const { iss, iat, exp } = decode(claims);
  if (alg !== 'RS256') throw badCredentials('A JSON web token could not be decoded');
  const app = [...apps].find((each) => String(each.id) === String(iss) || each.clientId === iss);
  if (!app) throw badCredentials("'Issuer' claim ('iss') must be an Integer or a client id of an app");
  checkTimes({ iat, exp, now: Math.floor(nowMs / 1000) });
  if (!isSigned({ key: app.publicKey, text: `${head}.${claims}`, signature }))
    throw badCredentials('A JSON web token could not be decoded');
  return app;
}

interface Signed {
  readonly key: string;
  readonly text: string;
  /** In base64url. */
  readonly signature: string;
}

/** What was found to be signed by a key stays so: a token is used until it expires. */
const found = new Set<string>();
const MAX_FOUND = 1_000;

function isSigned({ key, text, signature }: Signed): boolean {
  const name = `${key} ${text}.${signature}`;
  if (found.has(name)) return true;
  const holds = verify('sha256', Buffer.from(text), createPublicKey(key), Buffer.from(signature, 'base64url'));
  if (found.size >= MAX_FOUND) found.clear();
  if (holds) found.add(name);
  return holds;
}

function checkTimes({ iat, exp, now }: { readonly iat: unknown; readonly exp: unknown; readonly now: number }): void {
  if (typeof exp !== 'number' || exp <= now - SKEW_SECONDS) {
    throw badCredentials(
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  }
  if (exp > now + MAX_LIFETIME_SECONDS + SKEW_SECONDS) {
    throw badCredentials("'Expiration time' claim ('exp') is too far in the future");
  }
  if (typeof iat !== 'number' || iat > now + SKEW_SECONDS) {
    throw badCredentials(
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
}

function decode(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // Not JSON: the caller refuses a token without claims.
    return {};
  }
}
