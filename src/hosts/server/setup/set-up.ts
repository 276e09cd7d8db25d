import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GitHubAddress } from '../github-address.ts';
import { closeServer, type Handler, listen, pathOf, strictServer } from '../http-server.ts';
import type { Listener } from '../settings.ts';
import { requireWritable, type SettingsTarget, writeAppSettings } from './app-settings.ts';
import { type ConvertedApp, convertManifest } from './conversion.ts';
import { type AppManifest, creationUrl, manifestFor, readAddress } from './manifest.ts';
import { donePage, firstPage, problemPage, renderPage, sendPage } from './pages.ts';

export interface SetUpOptions {
  readonly listener: Listener;
  readonly github: GitHubAddress;
  readonly manifest: AppManifest;
  readonly settings: SettingsTarget;
  readonly say: (what: string) => void;
}

/** Largest body that the forms of these pages send. */
const MAX_BODY = 16 * 1024;

/**
 * Serves pages on which a person makes the GitHub App, by GitHub's manifest flow, until its settings are written. (The
 * set-up of Probot has no `state`, takes settings from any page by POST, and has to be started anew.) Their address holds
 * a word that only the terminal tells, so that nobody else who reaches the port makes an app for this server.
 *
 * @throws StartProblem
 */
export async function setUp(options: SetUpOptions): Promise<void> {
  const { listener, settings, say } = options;
  await requireWritable(settings);
  const done = Promise.withResolvers<void>();
  const path = `/setup/${randomBytes(16).toString('hex')}`;
  const server = strictServer(handlerOf(options, { path, done: done.resolve }));
  const url = await listen(server, listener);
  say(`Agent Waves has no GitHub App yet. Open this page to make one, here or through a tunnel: ${url}${path}`);
  await done.promise;
  say(`The settings of the app are in ${settings.path}`);
  await closeServer(server);
}

interface SetUpState {
  readonly path: string;
  readonly done: () => void;
}

function handlerOf({ github, manifest, settings, say }: SetUpOptions, { path, done }: SetUpState): Handler {
  // What GitHub brings back: only an app that was asked for here is taken, and one at a time.
  let expected: string | undefined;

  function send(form: URLSearchParams, origin: string): PageAnswer {
    const read = readAddress(form);
    if (!read.ok) return { status: 422, page: firstPage({ path, webUrl: github.webUrl, problem: read.problem }) };
    const { publicUrl, organization } = read.address;
    expected = randomBytes(32).toString('hex');
    const target = creationUrl(github.webUrl, { organization, state: expected });
    const wanted = manifestFor(manifest, { publicUrl, redirectUrl: `${origin}${path}/callback` });
    return { status: 200, page: sendPage({ target, manifest: wanted }) };
  }

  async function callback(query: URLSearchParams): Promise<PageAnswer> {
    const [code = '', state = ''] = ['code', 'state'].map((name) => query.get(name) ?? '');
    if (expected === undefined || !isSame(state, expected))
      return refused(400, 'This answer belongs to no app that was asked for here: begin again at the first page.');
    if (!/^[\w-]{1,200}$/.test(code)) return refused(400, 'GitHub sent no code: begin again at the first page.');
    expected = undefined;
    let app: ConvertedApp;
    try {
      app = await convertManifest(code, github.apiUrl);
    } catch (error) {
      say(`GitHub did not hand over the app (${reasonOf(error)})`);
      return refused(502, 'GitHub did not hand over the app: begin again at the first page.');
    }
    try {
      await writeAppSettings(settings, { app, apiUrl: github.apiUrl });
    } catch (error) {
      say(
        `${settings.path} could not be written (${reasonOf(error)}): the app ${app.slug} is made, and its key is lost`,
      );
      return refused(
        500,
        `The app is made, but ${settings.path} could not be written. Delete the app at ${app.htmlUrl}, or generate another key there.`,
      );
    }
    return { status: 200, page: donePage(`${app.htmlUrl}/installations/new`), onSent: done };
  }

  return async (request, response) => {
    const [asked, query] = [pathOf(request), new URL(request.url ?? '/', 'http://localhost').searchParams];
    if (asked === '/health') return answer(response, refused(200, 'alive'));
    if (asked === '/ready') return answer(response, refused(503, 'There is no GitHub App yet.'));
    if (request.method === 'GET' && asked === path)
      return answer(response, { status: 200, page: firstPage({ path, webUrl: github.webUrl }) });
    if (request.method === 'POST' && asked === path) {
      const body = await readBody(request);
      return answer(
        response,
        body === undefined ? refused(413, 'This is too long.') : send(new URLSearchParams(body), originOf(request)),
      );
    }
    if (request.method === 'GET' && asked === `${path}/callback`) return answer(response, await callback(query));
    request.resume();
    return answer(response, refused(404, 'There is nothing here: the terminal names the address of the page.'));
  };
}

interface PageAnswer {
  readonly status: number;
  readonly page: Parameters<typeof renderPage>[0];
  /** Once the page is on its way. */
  readonly onSent?: () => void;
}

function refused(status: number, text: string): PageAnswer {
  return { status, page: problemPage(text) };
}

function answer(response: ServerResponse, { status, page, onSent }: PageAnswer): void {
  if (onSent) response.once('finish', onSent);
  response
    .writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      // The address of the page is known to nobody else, GitHub apart.
      'referrer-policy': 'no-referrer',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
      'x-content-type-options': 'nosniff',
      connection: 'close',
    })
    .end(renderPage(page));
}

/** Where the person sees these pages, which may be the other end of a tunnel: GitHub sends them back there. */
function originOf({ headers }: IncomingMessage): string {
  const scheme = headers['x-forwarded-proto'] === 'https' ? 'https' : 'http';
  return `${scheme}://${headers.host}`;
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Of what went wrong, nothing that could hold a secret. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('status' in error) return `it answered ${String(error.status)}`;
  return 'code' in error ? String(error.code) : error.name;
}
