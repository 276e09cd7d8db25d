import { randomBytes } from 'node:crypto';
import type { Tokens } from '../../access/tokens.ts';
import type { UserRecord } from '../../model/accounts.ts';
import { notFound } from '../../model/errors.ts';
import type { Viewer } from '../../model/records.ts';

const COOKIE = 'user_session';

/** Browsers of people. There is no password: whoever set up this GitHub hands out addresses, each good for one browser. */
export class SignIns {
  readonly #tokens: Tokens;
  readonly #open = new Map<string, { readonly user: UserRecord; readonly to: string }>();

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  /** @param to Path of the page that follows. @returns The path that signs in. */
  offer(user: UserRecord, to: string): string {
    const code = randomBytes(24).toString('base64url');
    this.#open.set(code, { user, to });
    return `/session/${code}`;
  }

  take(code: string): Response {
    const taken = this.#open.get(code);
    if (!taken) throw notFound();
    this.#open.delete(code);
    const cookie = `${COOKIE}=${this.#tokens.forPerson(taken.user)}; HttpOnly; SameSite=Strict; Path=/`;
    return new Response(null, { status: 302, headers: { location: taken.to, 'set-cookie': cookie } });
  }

  /** Who uses this browser; null: nobody has signed in. */
  viewer(request: Request): Viewer | null {
    const token = new RegExp(`(?:^|; )${COOKIE}=([^;]+)`).exec(request.headers.get('cookie') ?? '')?.[1];
    return token === undefined ? null : this.#tokens.viewer(`token ${token}`);
  }
}
