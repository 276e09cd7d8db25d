import { parseManifest } from '../../apps/manifests.ts';
import { ApiError, notFound } from '../../model/errors.ts';
import type { Viewer } from '../../model/records.ts';
import type { Platform } from '../../platform.ts';
import { exchange } from '../exchange.ts';
import type { RequestEntry } from '../requests.ts';
import { escaped, page as html } from './html.ts';

interface PageParts {
  readonly world: Platform;
  readonly onRequest: (entry: RequestEntry) => void;
}

/**
 * The page on which a person looks at a manifest and makes the app of it. A person is told by a token where GitHub has a
 * session, since there is no page to sign in on.
 * https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
 */
export async function manifestPage(parts: PageParts, request: Request, org?: string): Promise<Response> {
  const form = await formOf(request);
  return page(parts, request, (viewer) => {
    const text = form.get('manifest') ?? '';
    const { name } = parseManifest(text);
    const state = new URL(request.url).searchParams.get('state') ?? '';
    const hidden = { manifest: text, state, owner: org ?? viewer.user.login };
    const fields = Object.entries(hidden).map(
      ([key, value]) => `<input type="hidden" name="${key}" value="${escaped(value)}">`,
    );
    return html({
      title: 'Register new GitHub App',
      body:
        `<h1>Register new GitHub App</h1><form method="post" action="/settings/apps">${fields.join('')}` +
        `<input name="name" value="${escaped(name)}"><button>Create GitHub App</button></form>`,
    });
  });
}

/** What the button of that page does: the app is made, and whoever sent the manifest learns of it by a code. */
export async function createFromPage(parts: PageParts, request: Request): Promise<Response> {
  const form = await formOf(request);
  return page(parts, request, (viewer, world) => {
    const manifest = parseManifest(form.get('manifest') ?? '');
    const login = form.get('owner') ?? viewer.user.login;
    const owner = [...world.store.users.values()].find((user) => user.login === login);
    if (!owner) throw notFound();
    const code = world.manifests.create({ ...manifest, name: form.get('name') || manifest.name }, owner);
    const target = new URL(manifest.redirectUrl);
    target.searchParams.set('code', code);
    const state = form.get('state');
    if (state) target.searchParams.set('state', state);
    return new Response(null, { status: 302, headers: { location: target.href } });
  });
}

type Person = Extract<Viewer, { readonly kind: 'person' }>;

function page(
  { world, onRequest }: PageParts,
  request: Request,
  answer: (viewer: Person, world: Platform) => Response,
): Promise<Response> {
  return exchange({
    world,
    onRequest,
    request,
    route: new URL(request.url).pathname,
    body: {},
    identify: (authorization) => world.tokens.viewer(authorization),
    answer: async (viewer, seen) => {
      if (viewer?.kind !== 'person') throw new ApiError(401, 'Only a person makes an app: send a token of one.');
      return answer(viewer, seen);
    },
  });
}

async function formOf(request: Request): Promise<URLSearchParams> {
  return new URLSearchParams(await request.text());
}
