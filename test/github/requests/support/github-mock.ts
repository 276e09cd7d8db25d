import nock from 'nock';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { Effect } from '../../../../src/decide/effects/effect.ts';
import { newMemory } from '../../../../src/github/memory.ts';
import { type Client, createClient } from '../../../../src/github/octokit.ts';
import { apply, type Outcomes } from '../../../../src/github/write/apply.ts';
import { type Pass, reconcile } from '../../../../src/reconcile.ts';
import { TIMINGS } from '../../../../src/state/timings.ts';
import {
  closeAsCompleted,
  postComment,
  readIssues,
  readTaskIssue,
  type TaskIssue,
} from '../../../../src/task/claim/issue.ts';
import { rejectActor } from '../../../../src/task/claim/reject-actor.ts';
import {
  enableAutoMerge,
  findPullRequest,
  mergePullRequest,
  openPullRequest,
} from '../../../../src/task/land/pull-requests.ts';
import type { Clock } from '../../../../src/task/protocol/clock.ts';
import type { JobContext } from '../../../../src/task/protocol/job.ts';
import { postCheckRun } from '../../../../src/task/report/check-run.ts';
import { PureWorld } from '../../../support/pure-world.ts';

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
  /** Seconds that our client would have waited, in order. */
  readonly waits: readonly number[];
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
    const left = {
      requestsWithoutAnswer: [...new Set(await Promise.all(unexpected.splice(0)))],
      answersWithoutRequest: [...unused].map(({ route }) => route),
    };
    unused.clear();
    requests.splice(0);
    waits.splice(0);
    expect(left).toEqual({ requestsWithoutAnswer: [], answersWithoutRequest: [] });
  });

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

/** An installation's token in the form that it has since April 2026. */
export const TOKEN = `ghs_123_${'a'.repeat(40)}.${'b'.repeat(400)}.${'c'.repeat(60)}`;

export function client(baseUrl: string = GITHUB): Client {
  const made = createClient({ token: TOKEN, baseUrl });
  // It logs every request that fails, and these tests are about nothing else.
  if ('log' in made) Object.assign(made.log as object, { error: () => {} });
  return made;
}

const NO_ISSUES = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };

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
    plan: null,
    progress: null,
    ours: { nodes: [] },
    waves: { nodes: [] },
    planIssues: NO_ISSUES,
    waveIssues: NO_ISSUES,
    taskIssues: NO_ISSUES,
  };
  return { body: { data: { repository: { ...empty, ...given } } } };
}

/** Node ids of what the effects of a test speak of: issues 1 to 3, and labels by name. */
export function knownWorld(): PureWorld {
  const world = new PureWorld();
  for (const title of ['DAW', 'A: First', 'B: Second'])
    world.open({ title, body: 'old', labels: [], parent: undefined, by: 'waves[bot]' });
  for (const name of ['agent:running', 'agent:failed']) world.labels.set(name, `LA_${name}`);
  return world;
}

/** Carries effects out in a repository that the pass before knows: the one place here that knows how passes remember. */
export function applyEffects(effects: readonly Effect[], github: Client = client()): Promise<Outcomes> {
  const world = knownWorld();
  const memory = newMemory();
  for (const issue of world.issues.values()) memory.issues.set(issue.number, issue);
  for (const [name, id] of world.labels) memory.labels.set(name, id);
  const snapshot = world.snapshot({ plan: undefined, config: undefined, progress: undefined });
  return apply(effects, { client: github, locator, memory, snapshot });
}

/** Passes of one process: each remembers what those before it saw. */
export function processOf(github: Client = client()): () => Promise<Pass> {
  const memory = newMemory();
  return () => reconcile({ client: github, locator, app: 'waves[bot]', memory, timings: TIMINGS });
}

/** What a task run asks of GitHub by itself. */
export const task = {
  closeAsCompleted,
  findPullRequest,
  mergePullRequest,
  enableAutoMerge,
  openPullRequest,
  postCheckRun,
  postComment,
  readIssues,
  readTaskIssue,
  rejectActor,
} as const;

export type { Clock, TaskIssue };

/** The job of a task run, as far as its requests depend on it. */
export const job: JobContext = {
  owner: locator.owner,
  repository: locator.repo,
  run: 501,
  runAttempt: 1,
  actor: 'waves[bot]',
  remote: 'https://github.com/acme/daw',
  apiUrl: GITHUB,
  runUrl: 'https://github.com/acme/daw/actions/runs/501',
  token: TOKEN,
  workspace: '/nowhere',
  folder: '/nowhere',
  summaryFile: undefined,
};
