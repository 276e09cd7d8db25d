import { createSign } from 'node:crypto';
import type { Town } from '../world/town.ts';

/** What the app signs of itself; it holds for ten minutes. */
export function appJwt({ app }: Pick<Town, 'app'>, now: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const seconds = Math.floor(now / 1_000);
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iss: app.id, iat: seconds - 30, exp: seconds + 540 })}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(app.privateKey).toString('base64url')}`;
}

/** A token of the installation, which holds for an hour. */
export async function installationToken(town: Town, now: number): Promise<string> {
  const url = `${town.github.apiUrl}/app/installations/${town.installationId}/access_tokens`;
  const headers = { authorization: `bearer ${appJwt(town, now)}` };
  const response = await town.github.fetch(url, { method: 'POST', headers });
  const { token } = (await response.json()) as { readonly token: string };
  return token;
}
