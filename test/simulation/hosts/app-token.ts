import { createSign } from 'node:crypto';
import type { Town } from '../world/town.ts';

/** One signature is used for so long (ms), from the same moments on in every world: signing takes as long as a request. */
const USED_FOR = 5 * 60_000;

/** By what is signed. Worlds of one thread have one key, and one time. */
const signed = new Map<string, string>();
const MAX_SIGNED = 5_000;

/** What the app signs of itself; it holds for ten minutes. @param by Each process signs its own, and is known by it. */
export function appJwt({ app }: Pick<Town, 'app'>, now: number, by: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const seconds = Math.floor(now / USED_FOR) * (USED_FOR / 1_000);
  const claims = { iss: app.id, iat: seconds - 30, exp: seconds + 540, jti: by };
  const head = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  const key = `${head} ${app.privateKey}`;
  const signature = signed.get(key) ?? createSign('RSA-SHA256').update(head).sign(app.privateKey).toString('base64url');
  if (signed.size >= MAX_SIGNED) signed.clear();
  signed.set(key, signature);
  return `${head}.${signature}`;
}

/** A token of the installation, which holds for an hour. */
export async function installationToken(town: Town, now: number, by: string): Promise<string> {
  const url = `${town.github.apiUrl}/app/installations/${town.installationId}/access_tokens`;
  const headers = { authorization: `bearer ${appJwt(town, now, by)}` };
  const response = await town.github.fetch(url, { method: 'POST', headers });
  const { token } = (await response.json()) as { readonly token: string };
  return token;
}
