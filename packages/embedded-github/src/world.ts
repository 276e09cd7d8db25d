import type { WorkflowReader } from './actions/workflow-reader.ts';
import type { RefChange } from './git/refs.ts';
import type { GitHubEvent } from './model/events.ts';
import type { RepositoryRecord, Viewer } from './model/records.ts';
import type { Store } from './model/store.ts';

/** Addresses as clients see them, without a trailing slash. */
export interface Addresses {
  readonly server: string;
  readonly api: string;
  readonly graphql: string;
}

/** Refs of one repository have changed together, whoever changed them and however. */
export interface RefsChanged {
  readonly repository: RepositoryRecord;
  /** In whose name. */
  readonly viewer: Viewer;
  readonly changes: readonly RefChange[];
}

/** What the services of every domain work with. */
export interface World {
  readonly store: Store;
  readonly workflows: WorkflowReader;
  readonly addresses: Addresses;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Announces what has happened to webhooks, workflow triggers and whoever else subscribed; returns at once. */
  readonly emit: (event: GitHubEvent) => void;
  /** Announces that refs have changed. Subscribers are called after the request has been answered, one by one. */
  readonly refsChanged: (change: RefsChanged) => void;
  /** Work that GitHub does after it has answered: in order, one piece after another, waited for by `idle`. */
  readonly later: (work: () => Promise<void>) => void;
  /** Settles once that work is over: pull requests are read as the last push left them. */
  readonly settled: () => Promise<void>;
  /** Scratch folder for files that live as long as one request. */
  readonly scratch: string;
}

/** Who does something, and where. */
export interface Session {
  readonly world: World;
  readonly viewer: Viewer;
}
