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

/** Counts requests per token and hour, as GitHub's headers show them. Nothing is refused: faults do that. */
export class Budgets {
  readonly #clock: () => number;
  readonly #spent = new Map<string, { used: number; resetAt: number }>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  spend(token: string, limit: number): Record<string, string> {
    const now = this.#clock();
    const known = this.#spent.get(token);
    const budget = known && known.resetAt > now ? known : { used: 0, resetAt: now + HOUR_MS };
    budget.used += 1;
    this.#spent.set(token, budget);
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(Math.max(0, limit - budget.used)),
      'x-ratelimit-used': String(budget.used),
      'x-ratelimit-reset': String(second(budget.resetAt)),
      'x-ratelimit-resource': 'core',
    };
  }
}
