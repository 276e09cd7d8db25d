import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { keyOf, type Locator } from '../../../github/locator.ts';
import { answerText, pathOf } from '../http-server.ts';
import { SealedCookies } from './sealed-cookie.ts';
import type { Access } from './serve-dashboards.ts';

/**
 * People who sign in by GitHub, with the web flow of the app: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
 * Whether one of them may look at a repository is asked of GitHub, with that person's own token.
 */
export interface SignInSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Address of this server for people, without a trailing slash. */
  readonly publicUrl: string;
  /** Where people see GitHub, and its API; both without a trailing slash. */
  readonly webUrl: string;
  readonly apiUrl: string;
}

const SESSION = 'agent_waves_session';
const SIGN_IN = 'agent_waves_sign_in';
/** A token of GitHub's lives for eight hours (s). */
const SESSION_SECONDS = 8 * 60 * 60;
const SIGN_IN_SECONDS = 10 * 60;
/** Who lost access to a repository looks at it for so long at most (ms). */
const ACCESS_MS = 5 * 60_000;
const MAX_KNOWN = 10_000;
const ASK_WITHIN_MS = 10_000;

const signingIn = z.object({ state: z.string(), verifier: z.string(), to: z.string() });
const session = z.object({ token: z.string() });
const granted = z.object({ access_token: z.string().min(1) });

export function signedInAccess(settings: SignInSettings): Access {
  return new SignedIn(settings);
}

class SignedIn implements Access {
  readonly isOpen = false;
  readonly #settings: SignInSettings;
  readonly #cookies: SealedCookies;
  /** Until when who may look at what (epoch ms), by a hash of the token. */
  readonly #known = new Map<string, number>();

  constructor(settings: SignInSettings) {
    this.#settings = settings;
    this.#cookies = new SealedCookies(settings.clientSecret, { isSecure: settings.publicUrl.startsWith('https:') });
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const path = pathOf(request);
    if (path === '/dashboard/sign-out') redirect(response, this.#settings.webUrl, [this.#cookies.clear(SESSION)]);
    else if (path === '/dashboard/callback') await this.#callback(request, response);
    else return false;
    return true;
  }

  async admit(request: IncomingMessage, response: ServerResponse, locator: Locator) {
    const opened = session.safeParse(this.#cookies.open(SESSION, request)).data;
    if (!opened) return this.#askToSignIn(request, response);
    const until = await this.#until(opened.token, locator);
    if (until === 'signed out') return this.#askToSignIn(request, response);
    if (until !== undefined) return { until };
    // Whether there is such a repository is nobody's business who may not see it.
    answerText(response, 404, 'Not found');
    return undefined;
  }

  #askToSignIn(request: IncomingMessage, response: ServerResponse): undefined {
    const to = pathOf(request);
    if (to.endsWith('/events')) {
      answerText(response, 401, 'Sign in again');
      return undefined;
    }
    const { clientId, webUrl } = this.#settings;
    const [state, verifier] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('base64url')];
    const query = new URLSearchParams({
      client_id: clientId,
      redirect_uri: this.#callbackUrl,
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    const cookie = this.#cookies.seal(SIGN_IN, { state, verifier, to }, SIGN_IN_SECONDS);
    redirect(response, `${webUrl}/login/oauth/authorize?${query}`, [cookie]);
    return undefined;
  }

  /** Whoever comes back from GitHub is the one who was sent there, by the cookie and the state. */
  async #callback(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const begun = signingIn.safeParse(this.#cookies.open(SIGN_IN, request)).data;
    const { searchParams } = new URL(request.url ?? '', this.#settings.publicUrl);
    const [code, state] = [searchParams.get('code') ?? '', searchParams.get('state') ?? ''];
    if (!begun || code === '' || !isSame(begun.state, state))
      return answerText(response, 400, 'This sign-in did not begin here, or took too long: open the dashboard again');
    const token = await this.#tokenFor(code, begun.verifier);
    if (token === undefined) return answerText(response, 502, 'GitHub did not sign you in: open the dashboard again');
    const cookies = [this.#cookies.seal(SESSION, { token }, SESSION_SECONDS), this.#cookies.clear(SIGN_IN)];
    redirect(response, begun.to, cookies);
  }

  async #tokenFor(code: string, verifier: string): Promise<string | undefined> {
    const { clientId, clientSecret, webUrl } = this.#settings;
    const body = {
      client_id: clientId,
      client_secret: clientSecret,
      code,
      redirect_uri: this.#callbackUrl,
      code_verifier: verifier,
    };
    try {
      const answer = await fetch(`${webUrl}/login/oauth/access_token`, {
        method: 'POST',
        headers: { accept: 'application/json', 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(ASK_WITHIN_MS),
      });
      return granted.safeParse(await answer.json()).data?.access_token;
    } catch {
      // GitHub is away, or answered something else: the person is told to try again.
      return undefined;
    }
  }

  /** @returns Until when the repository may be shown; undefined where GitHub does not show it to this person. */
  async #until(token: string, locator: Locator): Promise<number | 'signed out' | undefined> {
    const key = `${createHash('sha256').update(token).digest('base64')} ${keyOf(locator)}`;
    const known = this.#known.get(key);
    if (known !== undefined && known > Date.now()) return known;
    this.#known.delete(key);
    const { owner, repo } = locator;
    const answer = await fetch(
      `${this.#settings.apiUrl}/repos/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}`,
      {
        headers: { accept: 'application/vnd.github+json', authorization: `Bearer ${token}` },
        redirect: 'error',
        signal: AbortSignal.timeout(ASK_WITHIN_MS),
      },
    ).catch(() => undefined);
    if (answer?.status === 401) return 'signed out';
    if (answer?.status !== 200) return undefined;
    const until = Date.now() + ACCESS_MS;
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(key, until);
    return until;
  }

  get #callbackUrl(): string {
    return `${this.#settings.publicUrl}/dashboard/callback`;
  }
}

function redirect(response: ServerResponse, location: string, cookies: readonly string[]): void {
  response.writeHead(302, { location, 'set-cookie': [...cookies], 'cache-control': 'no-store' }).end();
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
