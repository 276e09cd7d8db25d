import { createSign } from 'node:crypto';
import type { Town } from '../world/town.ts';

/** So long a signature is used again (ms): signing takes as long as a request. */
const USED_FOR = 5 * 60_000;

const signed = new WeakMap<Town['app'], Map<string, { readonly at: number; readonly text: string }>>();

/** What the app signs of itself; it holds for ten minutes. @param by Each process signs its own, and is known by it. */
export function appJwt({ app }: Pick<Town, 'app'>, now: number, by: string): string {
  const all = signed.get(app) ?? new Map();
  signed.set(app, all);
  const known = all.get(by);
  if (known && now - known.at < USED_FOR) return known.text;
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const seconds = Math.floor(now / 1_000);
  const claims = { iss: app.id, iat: seconds - 30, exp: seconds + 540, jti: by };
  const head = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  const text = `${head}.${createSign('RSA-SHA256').update(head).sign(app.privateKey).toString('base64url')}`;
  all.set(by, { at: now, text });
  return text;
}

/** A token of the installation, which holds for an hour. */
export async function installationToken(town: Town, now: number, by: string): Promise<string> {
  const url = `${town.github.apiUrl}/app/installations/${town.installationId}/access_tokens`;
  const headers = { authorization: `bearer ${appJwt(town, now, by)}` };
  const response = await town.github.fetch(url, { method: 'POST', headers });
  const { token } = (await response.json()) as { readonly token: string };
  return token;
}
