import type { Octokit } from '@octokit/rest';
import type { PassFigures, PassOutcome } from './pass-figures.ts';

/** What the server tells of itself to those who measure it. Nothing in it throws, whoever listens. */
export interface Telemetry {
  readonly beginPass: (about: BegunPass) => MeasuredPass;
  /** The repository is looked at no more. */
  readonly forget: (repository: string) => void;
  /** Asked whenever figures are read. */
  readonly watchPasses: (count: () => PassCounts) => void;
  /** Sends what was not sent yet, and ends. */
  readonly stop: () => Promise<void>;
}

export interface BegunPass {
  /** `owner/name`. */
  readonly repository: string;
  /** Ids of webhooks that asked for it. */
  readonly deliveries: readonly string[];
}

export interface MeasuredPass {
  /** Every request of this client, which no other pass uses, belongs to the pass. */
  readonly watch: (client: Pick<Octokit, 'hook'>) => void;
  readonly end: (how: EndedPass) => void;
}

export interface EndedPass {
  readonly outcome: PassOutcome;
  /** Absent where there is no plan, or nothing was decided. */
  readonly figures?: PassFigures | undefined;
  /** Seconds between ready and dispatched, of each task that was dispatched for the first time. */
  readonly dispatchDelays?: readonly number[];
}

export interface PassCounts {
  readonly running: number;
  /** That are due and have not begun. */
  readonly waiting: number;
}

export interface OpenedTelemetry {
  readonly telemetry: Telemetry;
  /** Where figures are scraped. */
  readonly url: string | undefined;
}

/** Where nobody measures. */
export const NO_TELEMETRY: Telemetry = {
  beginPass: () => ({ watch: () => undefined, end: () => undefined }),
  forget: () => undefined,
  watchPasses: () => undefined,
  stop: async () => undefined,
};
