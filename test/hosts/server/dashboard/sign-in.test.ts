import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTown, type Town } from '../../../../packages/embedded-github/test/support/town.ts';
import { readDashboardSettings } from '../../../../src/hosts/server/dashboard/dashboard-settings.ts';
import { Dashboards } from '../../../../src/hosts/server/dashboard/dashboards.ts';
import { dashboardHandler } from '../../../../src/hosts/server/dashboard/serve-dashboards.ts';
import { signedInAccess } from '../../../../src/hosts/server/dashboard/signed-in-access.ts';
import { GITHUB_COM } from '../../../../src/hosts/server/github-address.ts';
import { closeServer, listen, strictServer } from '../../../../src/hosts/server/http-server.ts';

/**
 * The web flow of an app. Who may see what is asked of the embedded GitHub, which knows its people; the page on which people
 * agree, and the exchange of its code, are a stand-in that keeps to
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
 */

const PAGE = '/dashboard/acme/daw';
const CLIENT = { clientId: 'Iv1.test', clientSecret: 'the client secret of this test' };

let town: Town;
let web: Server;
let server: ReturnType<typeof strictServer>;
let url: string;
let webUrl: string;
/** Who agreed, by code: the challenge of the request, and the token of the person. */
const agreed = new Map<string, { readonly challenge: string; readonly token: string }>();

beforeEach(async () => {
  town = await startTown({ files: { 'README.md': 'x' } });
  web = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const asked = JSON.parse(text || '{}');
    const known = agreed.get(asked.code);
    agreed.delete(asked.code);
    const isRight =
      request.url === '/login/oauth/access_token' &&
      known !== undefined &&
      asked.client_secret === CLIENT.clientSecret &&
      createHash('sha256').update(String(asked.code_verifier)).digest('base64url') === known.challenge;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(isRight ? { access_token: known.token } : { error: 'bad_verification_code' }));
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  webUrl = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  const handlers: { handle?: ReturnType<typeof dashboardHandler> } = {};
  server = strictServer(async (request, response) => handlers.handle?.(request, response));
  url = await listen(server, { host: '127.0.0.1', port: 0 });
  const settings = { ...CLIENT, publicUrl: url, webUrl, apiUrl: town.github.apiUrl };
  handlers.handle = dashboardHandler(new Dashboards(), signedInAccess(settings));
});
afterEach(async () => {
  await closeServer(server);
  await new Promise((closed) => web.close(closed));
  await town.close();
});

const get = (path: string, cookie = '') => fetch(`${url}${path}`, { redirect: 'manual', headers: { cookie } });
const cookiesOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((text) => text.split(';', 1)[0])
    .join('; ');

/** Opens a page as nobody, and agrees as somebody. */
async function signIn(token: string, { state }: { readonly state?: string } = {}) {
  const sent = await get(PAGE);
  const to = new URL(sent.headers.get('location') ?? '');
  const code = `code-${agreed.size}-${token.length}`;
  agreed.set(code, { challenge: to.searchParams.get('code_challenge') ?? '', token });
  const query = new URLSearchParams({ code, state: state ?? to.searchParams.get('state') ?? '' });
  const back = await get(`/dashboard/callback?${query}`, cookiesOf(sent));
  return { to, sent, back, session: cookiesOf(back) };
}

describe('a dashboard that people sign in to', () => {
  it('sends a stranger to GitHub, with a state and a challenge, and shows nothing', async () => {
    const { to, sent } = await signIn('nobody');

    expect([sent.status, to.origin, to.pathname]).toEqual([302, webUrl, '/login/oauth/authorize']);
    expect(to.searchParams.get('client_id')).toBe(CLIENT.clientId);
    expect(to.searchParams.get('redirect_uri')).toBe(`${url}/dashboard/callback`);
    expect(to.searchParams.get('code_challenge_method')).toBe('S256');
    expect(to.toString()).not.toContain(CLIENT.clientSecret);
    expect(sent.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax/);
    expect((await get(`${PAGE}/events`)).status).toBe(401);
    expect((await get('/dashboard')).status).toBe(404);
  });

  it('lets in who may see the repository, and tells the others that there is nothing', async () => {
    const reader = town.github.createUser({ login: 'reader' });
    town.github.addCollaborator({ repository: 'acme/daw', login: 'reader', permission: 'read' });
    const stranger = town.github.createUser({ login: 'stranger' });

    const inside = await signIn(reader.token);
    const outside = await signIn(stranger.token);

    expect([inside.back.status, inside.back.headers.get('location')]).toEqual([302, PAGE]);
    // Admitted: there is no plan yet, and that is what is said.
    expect(await (await get(PAGE, inside.session)).text()).toContain('No plan');
    expect(await (await get(PAGE, outside.session)).text()).toBe('Not found\n');
    expect((await get('/dashboard/acme/secret', inside.session)).status).toBe(404);
  });

  it('asks GitHub again after five minutes, and shows nothing to whom the repository was taken from', async () => {
    const reader = town.github.createUser({ login: 'reader' });
    const of = { repository: 'acme/daw', login: 'reader' };
    town.github.addCollaborator({ ...of, permission: 'read' });
    const { session } = await signIn(reader.token);
    const shown = async () => (await (await get(PAGE, session)).text()).includes('No plan');
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      expect(await shown()).toBe(true);
      town.github.removeCollaborator(of);
      vi.setSystemTime(Date.now() + 4 * 60_000);
      expect(await shown()).toBe(true);

      vi.setSystemTime(Date.now() + 61_000);

      expect(await shown()).toBe(false);
      expect(await (await get(`${PAGE}/events`, session)).text()).toBe('Not found\n');
      town.github.addCollaborator({ ...of, permission: 'read' });
      expect(await shown()).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it('takes nobody back who was not sent by it, or whose cookie was changed', async () => {
    const { token } = town.github.createUser({ login: 'reader' });
    const other = await signIn(token, { state: 'another' });
    const mine = await signIn(token);
    const changed = mine.session.replace(/(agent_waves_session=.{20})./, '$1~');

    expect([other.back.status, other.session]).toEqual([400, '']);
    expect((await get('/dashboard/callback?code=x&state=y')).status).toBe(400);
    expect((await get(PAGE, changed)).status).toBe(302);
    expect((await get(PAGE, mine.session.replace('agent_waves_session', 'agent_waves_sign_in'))).status).toBe(302);
  });

  it('never shows the token of whoever signed in', async () => {
    const { token } = town.github.createUser({ login: 'reader' });

    const { session, back } = await signIn(token);

    expect(session).not.toContain(token);
    expect(Buffer.from(session.split('=')[1] ?? '', 'base64url').toString('latin1')).not.toContain(token);
    expect(back.headers.get('location')).not.toContain(token);
  });
});

describe('settings of dashboards', () => {
  it.each([
    [{ DASHBOARD_PORT: 'x' }, 'DASHBOARD_PORT is "x"'],
    [{ CLIENT_ID: 'a' }, 'belong together'],
    [{ CLIENT_ID: 'a', CLIENT_SECRET: 'b', DASHBOARD_URL: 'http://waves.example.com' }, 'DASHBOARD_URL is'],
    [{ CLIENT_ID: 'a', CLIENT_SECRET: 'b', DASHBOARD_URL: 'https://waves.example.com/deep' }, 'DASHBOARD_URL is'],
  ])('%o are refused', (environment, message) => {
    const read = readDashboardSettings(environment, GITHUB_COM);

    expect(read.ok ? '' : read.problems.join()).toContain(message);
  });
});
