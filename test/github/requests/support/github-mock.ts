import nock from 'nock';
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import { instant } from '../../../../src/state/snapshot.ts';

/**
 * GitHub as nobody's friend: every answer is written down beforehand, in order. A request that no answer was written
 * for fails the test and is named, and so does an answer that nobody asked for. Nothing leaves the machine.
 */

export const GITHUB = 'https://api.github.com';
export const ENTERPRISE = 'https://ghes.example.com/api/v3';

/** What GitHub's clock and ours say during a test: nobody waits, waits are noted. */
export const NOW = Date.UTC(2026, 2, 2, 9);

export const locator = { owner: 'acme', repo: 'daw' } as const;

/** One answer of GitHub; an Error is a connection that broke before there was one. */
export type Answer = Error | Reply | ((sent: SentRequest) => Reply);

export interface Reply {
  /** 200 where it is left out. */
  readonly status?: number;
  /** Sent as JSON; a stream or a text as it is. */
  readonly body?: unknown;
  /** Beside `content-type` and `date`; undefined takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

export interface SentRequest {
  /** `POST /repos/acme/daw/merges`, or `graphql Apply`: the method with the path, or the name of the operation. */
  readonly route: string;
  readonly query: Readonly<Record<string, string>>;
  /** Those that carry a meaning for GitHub. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface GithubMock {
  /** Writes down the next answers to requests of this route: see `SentRequest`. */
  readonly answers: (route: string, ...answers: readonly Answer[]) => void;
  /** What came, in order. */
  readonly requests: readonly SentRequest[];
  readonly routes: () => readonly string[];
  /** What did not go together so far. A test fails where it ends and this is not empty; asking for it empties it. */
  readonly mismatches: () => Promise<Mismatches>;
  /** Seconds that our client would have waited, in order. */
  readonly waits: readonly number[];
}

export interface Mismatches {
  /** Routes that no answer was written down for. */
  readonly requestsWithoutAnswer: readonly string[];
  /** Routes of answers that nobody asked for. */
  readonly answersWithoutRequest: readonly string[];
}

const HEADERS = ['accept', 'authorization', 'content-type', 'user-agent', 'x-github-api-version'];

/** In milliseconds: our client waits whole seconds. */
const SHORTEST_WAIT = 1_000;

/** A mock for every test of a file. @param baseUrl Where the REST API is: GitHub's own or a GitHub Enterprise Server's. */
export function useGithub(baseUrl: string = GITHUB): GithubMock {
  const requests: SentRequest[] = [];
  const waits: number[] = [];
  const unused = new Set<{ readonly route: string }>();
  const unexpected: Promise<string>[] = [];
  const noteUnexpected = (request: Request) => {
    unexpected.push(
      request
        .clone()
        .text()
        .then((body) => sentRequest(request, body, baseUrl).route),
    );
  };

  // Importing nock activates it, and it would stay so for other files of the same process.
  beforeAll(() => {
    if (!nock.isActive()) nock.activate();
  });
  afterAll(() => nock.restore());

  beforeEach(() => {
    nock.disableNetConnect();
    nock.emitter.on('no match', noteUnexpected);
    vi.useFakeTimers({ toFake: ['Date'], now: NOW });
    const { setTimeout } = globalThis;
    vi.stubGlobal('setTimeout', (work: (...given: unknown[]) => void, milliseconds = 0, ...given: unknown[]) => {
      // Node's own HTTP client hands arguments to its timers, and sets short ones; those run as they are.
      if (milliseconds < SHORTEST_WAIT || given.length > 0) return setTimeout(work, milliseconds, ...given);
      waits.push(milliseconds / 1_000);
      return setTimeout(work);
    });
  });

  afterEach(async () => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
    nock.emitter.off('no match', noteUnexpected);
    nock.cleanAll();
    nock.enableNetConnect();
    requests.splice(0);
    waits.splice(0);
    expect(await mismatches()).toEqual({ requestsWithoutAnswer: [], answersWithoutRequest: [] });
  });

  async function mismatches(): Promise<Mismatches> {
    const without = {
      requestsWithoutAnswer: [...new Set(await Promise.all(unexpected.splice(0)))],
      answersWithoutRequest: [...unused].map(({ route }) => route),
    };
    unused.clear();
    return without;
  }

  function answerOnce(route: string, answer: Answer): void {
    const expected = { route };
    unused.add(expected);
    let sent: SentRequest;
    const { method, path, isBody } = matcher(route, baseUrl);
    const scope = nock(new URL(baseUrl).origin);
    scope.on('request', (request: Request, _interceptor: unknown, body: string) => {
      unused.delete(expected);
      sent = sentRequest(request, body, baseUrl);
      requests.push(sent);
    });
    const interceptor = scope.intercept((uri) => uri.split('?')[0] === path, method, isBody);
    if (answer instanceof Error) interceptor.replyWithError(answer);
    else interceptor.reply(() => replied(typeof answer === 'function' ? answer(sent) : answer));
  }

  return {
    answers: (route, ...answers) => {
      for (const answer of answers) answerOnce(route, answer);
    },
    mismatches,
    requests,
    routes: () => requests.map(({ route }) => route),
    waits,
  };
}

/** What a GraphQL request carried. */
export function askedOf(request: SentRequest | undefined) {
  if (!request) throw new Error('no such request came');
  return request.body as { readonly query: string; readonly variables: Readonly<Record<string, unknown>> };
}

const GRAPHQL = /^graphql /;
const OPERATION = /^\s*(?:query|mutation)\s+(\w+)/;

function matcher(route: string, baseUrl: string) {
  const { pathname } = new URL(baseUrl);
  const root = pathname === '/' ? '' : pathname;
  if (GRAPHQL.test(route)) {
    const operation = route.replace(GRAPHQL, '');
    const isBody = (body: { readonly query?: string }) => OPERATION.exec(body.query ?? '')?.[1] === operation;
    return { method: 'POST', path: `${root.replace(/\/v3$/, '')}/graphql`, isBody };
  }
  const [method = '', path = ''] = route.split(' ');
  return { method, path: `${root}${path}`, isBody: () => true };
}

function sentRequest(request: Request, text: string, baseUrl: string): SentRequest {
  const { pathname, searchParams } = new URL(request.url);
  const root = new URL(baseUrl).pathname.replace(/\/$/, '');
  const body = text === '' ? undefined : JSON.parse(text);
  const operation = pathname.endsWith('/graphql') ? OPERATION.exec(body.query)?.[1] : undefined;
  return {
    route: operation ? `graphql ${operation}` : `${request.method} ${pathname.replace(root, '')}`,
    query: Object.fromEntries(searchParams),
    headers: Object.fromEntries([...request.headers].filter(([name]) => HEADERS.includes(name))),
    body,
  };
}

function replied({ status = 200, body, headers }: Reply): [number, unknown, Record<string, string>] {
  const sent = { 'content-type': 'application/json; charset=utf-8', date: new Date(NOW).toUTCString(), ...headers };
  const present = Object.entries(sent).filter((header): header is [string, string] => header[1] !== undefined);
  return [status, body as string, Object.fromEntries(present)];
}

/** As GitHub words a refusal: see the schemas `basic-error` and `validation-error` of its description. */
export function refusal(status: number, message: string, more: Omit<Reply, 'status'> = {}): Reply {
  const body = {
    message,
    documentation_url: 'https://docs.github.com/rest',
    status: String(status),
    ...(more.body as object),
  };
  return { ...more, status, body };
}

/** What fetch throws when the connection ends before there is an answer, by how that shows. */
export const LOST: Readonly<Record<string, Error>> = {
  'a reset connection': broken('ECONNRESET', 'read ECONNRESET'),
  'a time-out': broken('UND_ERR_HEADERS_TIMEOUT', 'Headers Timeout Error'),
  'a name that is not found': broken('ENOTFOUND', 'getaddrinfo ENOTFOUND api.github.com'),
};

function broken(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** The `link` header of a page that another follows. */
export function linkTo(route: string, page: number): string {
  return `<${GITHUB}${route.split(' ')[1]}?per_page=100&page=${page}>; rel="next"`;
}

/** The answer to a pass's first question, for a repository without a plan but for what is given. */
export function repository(given: Readonly<Record<string, unknown>> = {}): Reply {
  const empty = {
    id: 'R_1',
    url: 'https://github.com/acme/daw',
    defaultBranchRef: { name: 'main', target: { oid: 'a'.repeat(40) } },
    config: null,
    otherConfig: null,
    plan: null,
    progress: null,
    ours: { nodes: [] },
    waves: page([]),
    planIssues: page([]),
    waveIssues: page([]),
    taskIssues: page([]),
  };
  return { body: { data: { repository: { ...empty, ...given } } } };
}

/** The app itself: nobody has to be asked whether it may write. */
const app = { login: 'waves', __typename: 'Bot' };

/** An issue as GraphQL tells it. */
export function issue(number: number, label: string, more: object = {}) {
  const at = instant(NOW - 3_600_000);
  return {
    id: `I_${number}`,
    number,
    title: `Issue ${number}`,
    body: '',
    state: 'OPEN',
    stateReason: null,
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    lastEditedAt: null,
    author: app,
    editor: null,
    locked: false,
    parent: null,
    subIssuesSummary: { total: 0 },
    repository: { nameWithOwner: 'acme/daw' },
    labels: { nodes: [{ name: label }] },
    blockedBy: { nodes: [] },
    labelChanges: { nodes: [] },
    stateChanges: { nodes: [] },
    otherChanges: { nodes: [] },
    firstRename: { nodes: [] },
    ...more,
  };
}

/** A page of issues. @param next Where the next one begins; there is none where it is left out. */
export function page(nodes: readonly object[], next?: string) {
  return { nodes, pageInfo: { hasNextPage: next !== undefined, endCursor: next ?? null } };
}
