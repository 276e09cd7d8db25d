import { Hono } from 'hono';
import { hasAccess, NEEDS, requireAccess, requireVisible } from '../access/permissions.ts';
import { tokenIn } from '../access/tokens.ts';
import type { RefChange } from '../git/refs.ts';
import { ApiError, notFound } from '../model/errors.ts';
import type { RepositoryRecord, Viewer } from '../model/records.ts';
import type { Platform } from '../platform.ts';
import { hookEnvironment } from '../rules/push-hook.ts';
import { pushRules } from '../rules/violations.ts';
import { conditional } from './conditional.ts';
import { type Exchange, exchange } from './exchange.ts';
import { type PushJudgement, serveGit } from './git/backend.ts';
import { executeGraphql, graphqlRoute } from './graphql/execute.ts';
import { createFromPage, manifestPage } from './pages/manifest-page.ts';
import { filePage, issuePage, overviewPage, repositoryPage, runPage } from './pages/repository-pages.ts';
import type { RequestEntry } from './requests.ts';
import { json } from './respond.ts';
import { openAppRoutes } from './rest/apps.ts';
import type { Answer, OpenCall, Route } from './rest/call.ts';
import { REST_ROUTES } from './rest/routes.ts';

interface ServerParts {
  readonly world: Platform;
  readonly onRequest: (entry: RequestEntry) => void;
  /** Hooks that judge pushes. */
  readonly hooks: string;
}

const API = '/api/v3';
/** Parameters that may hold slashes. */
const LONG = new Set(['ref', 'branch', 'basehead']);

/** Every interface of the embedded GitHub behind one fetch function. */
export function createServer(parts: ServerParts): Hono {
  const app = new Hono();
  for (const { method, path, handler } of openAppRoutes) serveRest(app, parts, { method, path, handler, isOpen: true });
  for (const { method, path, handler } of REST_ROUTES)
    serveRest(app, parts, {
      method,
      path,
      handler: (call) => handler({ ...call, viewer: requireViewer(call.viewer) }),
    });
  for (const path of ['/api/graphql', `${API}/graphql`]) app.post(path, (c) => graphql(parts, c.req.raw));
  app.post('/settings/apps/new', (c) => manifestPage(parts, c.req.raw));
  app.post('/organizations/:org/settings/apps/new', (c) => manifestPage(parts, c.req.raw, c.req.param('org')));
  app.post('/settings/apps', (c) => createFromPage(parts, c.req.raw));
  app.all(`${API}/*`, (c) => unknownRoute(parts, c.req.raw));
  for (const service of ['info/refs', 'git-upload-pack', 'git-receive-pack']) {
    app.all(`/:owner/:repo/${service}`, (c) => {
      const name = `${c.req.param('owner')}/${c.req.param('repo').replace(/\.git$/, '')}`;
      return gitService(parts, { request: c.req.raw, name, service });
    });
  }
  servePages(app, parts);
  app.all('*', (c) => unknownRoute(parts, c.req.raw));
  return app;
}

/** What a person looks at with a browser. */
function servePages(app: Hono, parts: ServerParts): void {
  const { world } = parts;
  app.get('/session/:code', (c) => {
    const taken = { ...parts, request: c.req.raw, route: '/session/{code}', body: {}, identify: () => null };
    return exchange({ ...taken, answer: async () => world.signIns.take(c.req.param('code')) });
  });
  const at = (path: string, draw: (repository: RepositoryRecord, rest: string) => Response | Promise<Response>) =>
    app.get(`/:owner/:repo${path}`, (c) => {
      const name = `${c.req.param('owner')}/${c.req.param('repo')}`;
      const rest = c.req.param('rest') ?? '';
      return repositoryPage(parts, { request: c.req.raw, name }, (repository) => draw(repository, rest));
    });
  at('', overviewPage);
  at('/issues/:rest{[0-9]+}', (repository, rest) => issuePage(repository, Number(rest)));
  at('/pull/:rest{[0-9]+}', (repository, rest) => issuePage(repository, Number(rest)));
  at('/actions/runs/:rest{[0-9]+}', (repository, rest) => runPage(repository, Number(rest)));
  at('/blob/:rest{.+}', (repository, rest) => filePage(repository, rest));
}

function honoPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    // The root folder of the contents has an empty path, and then octokit leaves out the slash too.
    if (name === 'path') return ':path{.+}?';
    return LONG.has(name) ? `:${name}{.+}` : `:${name}`;
  });
}

interface ServedRoute extends Omit<Route, 'handler'> {
  readonly handler: (call: OpenCall & { readonly viewer: Viewer | null }) => Answer | Promise<Answer>;
  /** Nobody has to say who asks. */
  readonly isOpen?: boolean;
}

function serveRest(app: Hono, parts: ServerParts, { method, path, handler, isOpen = false }: ServedRoute): void {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  app.on(method, API + honoPath(path), async (c) => {
    const request = c.req.raw;
    const params = Object.fromEntries(names.map((name) => [name, c.req.param(name) ?? '']));
    const body = await readJson(request);
    const known = authenticated(parts, request);
    return exchange({
      ...known,
      identify: (authorization) => (isOpen && authorization === null ? null : known.identify(authorization)),
      route: path,
      body,
      answer: async (viewer, world) => {
        const url = new URL(request.url);
        const token = tokenIn(request.headers.get('authorization')) ?? '';
        const apiVersion = request.headers.get('x-github-api-version') ?? '2022-11-28';
        const accept = request.headers.get('accept') ?? '';
        const call = { world, viewer, params, query: url.searchParams, body, url, token, apiVersion, accept };
        return conditional(request, await handler(call));
      },
    });
  });
}

async function graphql(parts: ServerParts, request: Request): Promise<Response> {
  const body = await readJson(request);
  return exchange({
    ...authenticated(parts, request),
    route: graphqlRoute(body),
    body,
    answer: async (viewer, world) =>
      json({ status: 200, body: await executeGraphql({ world, viewer: requireViewer(viewer) }, body) }),
  });
}

function unknownRoute(parts: ServerParts, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  return exchange({
    ...authenticated(parts, request),
    route: pathname,
    body: {},
    answer: async () => {
      throw new ApiError(501, `${request.method} ${pathname} is not part of the embedded GitHub.`);
    },
  });
}

function authenticated(
  parts: ServerParts,
  request: Request,
): Pick<Exchange, 'world' | 'onRequest' | 'request' | 'identify'> {
  return { ...parts, request, identify: (authorization) => parts.world.tokens.viewer(authorization) };
}

function requireViewer(viewer: Viewer | null): Viewer {
  if (!viewer) throw new ApiError(401, 'Requires authentication');
  return viewer;
}

async function readJson(request: Request): Promise<Record<string, unknown>> {
  const text = request.method === 'GET' ? '' : await request.text();
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    // The label routes also take a bare list of names.
    return Array.isArray(value) ? { labels: value } : typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // Judged by the route, which misses what it needs.
    return {};
  }
}

async function gitService(
  parts: ServerParts,
  { request, name, service }: { readonly request: Request; readonly name: string; readonly service: string },
): Promise<Response> {
  const { world } = parts;
  const asked = service === 'info/refs' ? (new URL(request.url).searchParams.get('service') ?? '') : service;
  const isPush = asked === 'git-receive-pack';
  return exchange({
    ...authenticated(parts, request),
    route: asked.replace(/^git-/, 'git '),
    body: {},
    // Without credentials git is asked for them, or may read what is public.
    identify: (authorization) => (authorization === null ? null : gitViewer(world, authorization)),
    answer: async (viewer) => {
      const repository = world.store.repository(name);
      requireGitAccess(viewer, { repository, isPush });
      const { response, moved } = await serveGit({
        repository,
        request,
        service,
        judge: isPush && viewer ? (changes) => judgePush(parts, { viewer, repository, changes }) : null,
      });
      if (viewer && moved.length > 0) world.refsChanged({ repository, viewer, changes: moved });
      return response;
    },
  });
}

/** What speaks against a push before git has seen it; the hooks look into the pushed commits themselves. */
function judgePush(
  parts: ServerParts,
  {
    viewer,
    repository,
    changes,
  }: { readonly viewer: Viewer; readonly repository: RepositoryRecord; readonly changes: readonly RefChange[] },
): PushJudgement {
  const rules = pushRules(repository, { viewer, changes });
  const mayChangeWorkflows = hasAccess(viewer, { repository, need: NEEDS.writeWorkflows });
  if (rules.length === 0 && mayChangeWorkflows) return null;
  const page = `${parts.world.addresses.server}/${repository.fullName}/rules`;
  return { hooks: parts.hooks, env: hookEnvironment({ rules, page, mayChangeWorkflows }) };
}

const ASK = { headers: { 'www-authenticate': 'Basic realm="GitHub"' } } as const;

function gitViewer(world: Platform, authorization: string): Viewer {
  try {
    return world.tokens.viewer(authorization);
  } catch {
    throw new ApiError(401, 'Invalid username or token.', ASK);
  }
}

function requireGitAccess(
  viewer: Viewer | null,
  { repository, isPush }: { readonly repository: RepositoryRecord; readonly isPush: boolean },
): void {
  if (!viewer) {
    if (repository.private || isPush) throw new ApiError(401, 'Authentication is required.', ASK);
    return;
  }
  if (viewer.kind === 'app') throw notFound();
  requireVisible(viewer, repository);
  requireAccess(viewer, { repository, need: isPush ? NEEDS.writeContents : NEEDS.readContents });
}
