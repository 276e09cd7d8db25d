import type { Tokens } from './access/tokens.ts';
import type { Runs } from './actions/runs.ts';
import type { Faults } from './faults/faults.ts';
import type { GitHubEvent } from './model/events.ts';
import type { History } from './model/history.ts';
import type { Store } from './model/store.ts';

/** Addresses as clients see them, without a trailing slash. */
export interface Addresses {
  readonly server: string;
  readonly api: string;
  readonly graphql: string;
}

/** What every route works with. */
export interface World {
  readonly store: Store;
  readonly tokens: Tokens;
  readonly runs: Runs;
  readonly faults: Faults;
  /** What stale reads see. */
  readonly history: History;
  readonly addresses: Addresses;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Tells webhooks and workflow triggers what has happened; returns at once. */
  readonly emit: (event: GitHubEvent) => void;
  /** Work that GitHub does after it has answered: in order, one piece after another, waited for by `idle`. */
  readonly later: (work: () => Promise<void>) => void;
  /** Settles once that work is over: pull requests are read as the last push left them. */
  readonly settled: () => Promise<void>;
  /** Scratch folder for files that live as long as one request. */
  readonly scratch: string;
}
