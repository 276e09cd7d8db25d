import type { Viewer } from '../model/records.ts';
import { second } from '../model/time.ts';

/** One request as the log keeps it. */
export interface RequestEntry {
  /** ISO 8601 with milliseconds. */
  readonly time: string;
  /** Login behind the token; empty for a request without a valid one. */
  readonly actor: string;
  readonly method: string;
  /** `/repos/{owner}/{repo}/issues/{issue_number}`, `graphql Apply: addComment`, `git receive-pack`. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
}

const HOUR_MS = 3_600_000;

export type Resource = 'core' | 'graphql';

/** Who asks, by what GitHub counts together: a GITHUB_TOKEN shares with all workflows of its repository. */
export interface Spender {
  readonly viewer: Viewer;
  readonly token: string;
}

export interface Spent {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Epoch seconds. */
  readonly reset: number;
}

/**
 * Counts requests per hour, as GitHub's headers show them. Nothing is refused: faults do that. A query counts as one point,
 * which is the least that GitHub takes for one.
 */
export class Budgets {
  readonly #clock: () => number;
  readonly #hour: number;
  readonly #spent = new Map<string, { used: number; resetAt: number }>();

  /** @param hour Milliseconds after which as much may be asked again. */
  constructor(clock: () => number, hour = HOUR_MS) {
    this.#clock = clock;
    this.#hour = hour;
  }

  spend(spender: Spender, resource: Resource): Record<string, string> {
    this.#budget(spender, resource).used += 1;
    const { limit, used, remaining, reset } = this.spent(spender, resource);
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-used': String(used),
      'x-ratelimit-reset': String(reset),
      'x-ratelimit-resource': resource,
    };
  }

  spent(spender: Spender, resource: Resource): Spent {
    const { used, resetAt } = this.#budget(spender, resource);
    // https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    const limit = spender.viewer.kind === 'run' ? 1000 : 5000;
    return { limit, used, remaining: Math.max(0, limit - used), reset: second(resetAt) };
  }

  #budget({ viewer, token }: Spender, resource: Resource): { used: number; resetAt: number } {
    const key = `${resource} ${viewer.kind === 'run' ? `repository ${viewer.repository.id}` : token}`;
    const now = this.#clock();
    const known = this.#spent.get(key);
    const budget = known && known.resetAt > now ? known : { used: 0, resetAt: now + this.#hour };
    this.#spent.set(key, budget);
    return budget;
  }
}
