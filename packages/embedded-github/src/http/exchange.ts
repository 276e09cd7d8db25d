import { tokenIn } from '../access/tokens.ts';
import { type InjectedAnswer, waitFor } from '../faults/faults.ts';
import { ApiError } from '../model/errors.ts';
import type { Viewer } from '../model/records.ts';
import type { Platform } from '../platform.ts';
import type { RequestEntry } from './requests.ts';
import { json } from './respond.ts';

const RATE_LIMIT = '/rate_limit';

/** Marks an answer that must not reach the client: the connection is cut instead. */
export const DROPPED = 'x-embedded-github-dropped';

export interface Exchange {
  readonly world: Platform;
  readonly onRequest: (entry: RequestEntry) => void;
  readonly request: Request;
  /** As the request log spells it. */
  readonly route: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Who asks, null when nobody says; throws for a token that is wrong. */
  readonly identify: (authorization: string | null) => Viewer | null;
  /** The world is as it stands, or as it stood a moment ago. */
  readonly answer: (viewer: Viewer | null, world: Platform) => Promise<Response>;
}

/** What every request goes through, whichever interface it uses: host, token, faults, headers, log. */
export async function exchange(wanted: Exchange): Promise<Response> {
  const { world, request, route, onRequest } = wanted;
  const startedAt = world.clock();
  let actor = '';
  let viewer: Viewer | null = null;
  const response = await answerOrError(async () => {
    checkHost(world, request);
    const known = wanted.identify(request.headers.get('authorization'));
    viewer = known;
    actor = known?.user.login ?? '';
    return withFaults(wanted, {
      actor,
      answer: () => answerOrError(async () => wanted.answer(known, await visiblePlatform(wanted, actor))),
    });
  });
  const endedAt = world.clock();
  for (const [name, value] of Object.entries(standardHeaders(wanted, { viewer, status: response.status }))) {
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  onRequest({
    time: new Date(startedAt).toISOString(),
    actor,
    method: request.method,
    route,
    status: response.headers.has(DROPPED) ? 0 : response.status,
    ms: endedAt - startedAt,
  });
  return response;
}

/** The world that a request sees. What a write is about to change is kept for stale reads, where there are any. */
async function visiblePlatform({ world, request, route, body }: Exchange, actor: string): Promise<Platform> {
  const { faults, history } = world;
  if (faults.lag === 0) return world;
  if (isRead(request, route))
    return { ...world, store: history.storeBefore(faults.lagOf({ actor, method: request.method, route, body })) };
  await history.remember(faults.lag);
  return world;
}

/** A GraphQL mutation is named behind a colon; a fetch by git posts and changes nothing. */
function isRead(request: Request, route: string): boolean {
  return (
    request.method === 'GET' || route === 'git upload-pack' || (route.startsWith('graphql') && !route.includes(':'))
  );
}

function checkHost(world: Platform, request: Request): void {
  const { host, port } = new URL(world.addresses.server);
  const asked = new URL(request.url).host;
  if (asked === host || asked === `localhost:${port}`) return;
  throw new ApiError(421, `This is ${host}; the request was for ${asked}. Use the address of the embedded GitHub.`);
}

async function withFaults(
  wanted: Exchange,
  { actor, answer }: { readonly actor: string; readonly answer: () => Promise<Response> },
): Promise<Response> {
  const { world, request, route, body } = wanted;
  const fault = world.faults.forRequest({ actor, method: request.method, route, body });
  if (!fault) return answer();
  if (fault.delay !== undefined) await waitFor(fault.delay);
  if (!fault.answer && !fault.drop) return answer();
  if (fault.moment === 'after') await (await answer()).arrayBuffer();
  return fault.answer ? injected(fault.answer) : new Response(null, { status: 503, headers: { [DROPPED]: '1' } });
}

function injected({ status, message, headers }: InjectedAnswer): Response {
  return json({ status, body: { message: message ?? 'Server Error' }, ...(headers && { headers }) });
}

async function answerOrError(answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof ApiError) return errorResponse(error);
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return json({ status: 500, body: { message: `The embedded GitHub broke on this request: ${message}` } });
  }
}

function errorResponse(error: ApiError): Response {
  const body = {
    message: error.message,
    ...(error.errors && { errors: error.errors }),
    documentation_url: 'https://docs.github.com/rest',
    status: String(error.status),
  };
  return json({ status: error.status, body, headers: error.headers });
}

interface Answered {
  readonly viewer: Viewer | null;
  readonly status: number;
}

function standardHeaders({ world, request, route }: Exchange, { viewer, status }: Answered): Record<string, string> {
  const token = tokenIn(request.headers.get('authorization')) ?? '';
  const resource = route.startsWith('graphql') ? 'graphql' : 'core';
  // "Accessing this endpoint does not count against your REST API rate limit" (operation `rate-limit/get`); git is none, and
  // a conditional request that is answered 304 "does not count against your primary rate limit" (see `conditional`).
  const isCounted = viewer !== null && route !== RATE_LIMIT && !route.startsWith('git ') && status !== 304;
  return {
    date: new Date(world.clock()).toUTCString(),
    'x-github-media-type': 'github.v3; format=json',
    'x-github-request-id': crypto.randomUUID(),
    'x-github-api-version-selected': request.headers.get('x-github-api-version') ?? '2022-11-28',
    ...(isCounted && world.budgets.spend({ viewer, token }, resource)),
  };
}
