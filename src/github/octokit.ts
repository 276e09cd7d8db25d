import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';

/** What the parts of the system need of an Octokit: Probot's and ours both have it. */
export type Client = Pick<Octokit, 'request' | 'graphql' | 'paginate'>;

/** Longest rate-limit pause, in seconds, that a request sits through; a longer one is left to a later pass. */
const MAX_PAUSE_S = 60;

/** The plugin spaces every write by 1 s and notifying ones by 3 s; our writes are few because they are batched. */
const unspaced = {
  key: () => ({
    schedule: (_options: unknown, work: (...args: unknown[]) => unknown, ...args: unknown[]) => work(...args),
  }),
};

function waitOnce(retryAfter: number, _options: unknown, _octokit: unknown, retryCount: number): boolean {
  return retryCount < 1 && retryAfter <= MAX_PAUSE_S;
}

/**
 * How every client of ours treats limits and failures; Probot's constructor takes the same options.
 * Writes pass `request: ONCE` as well: a POST that was answered 502 may have been carried out.
 */
export const REQUEST_POLICY = {
  throttle: {
    // Typed as a whole Bottleneck group, used by the plugin through `key().schedule()` alone.
    write: unspaced as never,
    notifications: unspaced as never,
    onRateLimit: waitOnce,
    onSecondaryRateLimit: waitOnce,
  },
  retry: { doNotRetry: [400, 401, 403, 404, 409, 410, 422, 429, 451] },
};

/** Request options of a write: never sent a second time by itself. */
export const ONCE = { retries: 0 } as const;

/** The version of the REST API whose answers the code is written for. */
export const API_VERSION = { 'X-GitHub-Api-Version': '2022-11-28' } as const;

const ThrottledOctokit = Octokit.plugin(throttling, retry);

export interface ClientInput {
  readonly token: string;
  readonly baseUrl: string;
  /** True: nothing is printed of requests that fail, since whoever sent them says what it means. */
  readonly isQuiet?: boolean;
}

/** A client for a task run or the command line, under one token. */
export function createClient({ token, baseUrl, isQuiet = false }: ClientInput): Client {
  const log = isQuiet ? { log: { debug: ignore, info: ignore, warn: ignore, error: ignore } } : {};
  return new ThrottledOctokit({ auth: token, baseUrl, userAgent: 'agent-waves', ...log, ...REQUEST_POLICY });
}

function ignore(): void {}
