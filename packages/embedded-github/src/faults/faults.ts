import { second } from '../model/time.ts';

/** A request as a fault rule sees it, before it is answered. */
export interface RequestView {
  /** Login behind the token, empty for a request without a valid one. */
  readonly actor: string;
  readonly method: string;
  /** As the request log spells it. */
  readonly route: string;
  /** Parsed JSON of the request, `{}` where there is none. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface WebhookView {
  readonly event: string;
  readonly action: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
}

interface Rule<Subject> {
  readonly when?: (subject: Subject) => boolean;
  /** Matches that pass before the rule applies; default 0. */
  readonly skip?: number;
  /** Matches to which the rule applies; default 1, `Infinity` for ever. */
  readonly count?: number;
}

/** Time to wait: milliseconds, or a promise that the test settles. */
export type Wait = number | Promise<unknown>;

export interface InjectedAnswer {
  readonly status: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RequestFault extends Rule<RequestView> {
  readonly on: 'request';
  readonly method?: string;
  /** Text must equal the route of the request log, a pattern must match it. */
  readonly route?: string | RegExp;
  /** Answered instead of the true answer; the write has then happened (`after`) or not (`before`). */
  readonly answer?: InjectedAnswer;
  readonly moment?: 'before' | 'after';
  /** Cuts the connection instead of answering, at `moment`. */
  readonly drop?: true;
  /** Held back for so long before the request is looked at. */
  readonly delay?: Wait;
}

export interface DispatchFault
  extends Rule<{ readonly workflow: string; readonly inputs: Readonly<Record<string, string>> }> {
  readonly on: 'dispatch';
  /** Runs that one accepted dispatch starts. */
  readonly runs: 0 | 2;
}

interface RunOfFault {
  readonly workflow: string;
  readonly displayTitle: string;
  readonly inputs: Readonly<Record<string, string>>;
}

export interface RunFault extends Rule<RunOfFault> {
  readonly on: 'run';
  /** `never-starts` stays queued; `never-ends` stays in progress though its jobs are over. Cancelling ends both. */
  readonly fate: 'never-starts' | 'never-ends';
}

/** A moment of a schedule that GitHub drops, as it may at times of high load: no run starts. */
export interface ScheduleFault
  extends Rule<{ readonly workflow: string; readonly schedule: string; readonly at: number }> {
  readonly on: 'schedule';
}

/**
 * What a run that is cancelled goes on for: GitHub ends its jobs within five minutes
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation).
 */
export interface CancelFault extends Rule<RunOfFault> {
  readonly on: 'cancel';
  readonly delay: Wait;
}

export interface WebhookFault extends Rule<WebhookView> {
  readonly on: 'webhook';
  readonly event?: string;
  /** `after-next` delivers it behind the webhook that follows. */
  readonly deliver: 'never' | 'twice' | 'after-next' | { readonly delay: Wait };
}

/**
 * Reads that are answered from before the writes of the last moments, as replicas that lag behind do. Every read that
 * could be stale is drawn for; the draws depend on the seed and the order of the reads alone.
 */
export interface StaleReadFault {
  readonly on: 'stale-read';
  /** How long after a write its traces may be missing, in milliseconds. */
  readonly within: number;
  /** Share of such reads that are stale, 0 to 1; default 1. */
  readonly share?: number;
  readonly seed?: number;
  /** Default: reads of issues, comments, pull requests and refs by REST, and queries by GraphQL. */
  readonly route?: RegExp;
  readonly when?: (request: RequestView) => boolean;
}

export type Fault =
  | StaleReadFault
  | RequestFault
  | DispatchFault
  | ScheduleFault
  | RunFault
  | CancelFault
  | WebhookFault;
export type FaultPlan = readonly Fault[];

/** Rules that may grow while the embedded GitHub runs. The first rule that matches wins. */
export class Faults {
  readonly #rules: { readonly fault: Fault; readonly draw: () => number; seen: number }[] = [];

  constructor(plan: FaultPlan = []) {
    this.push(...plan);
  }

  push(...faults: readonly Fault[]): void {
    for (const fault of faults) {
      this.#rules.push({ fault, draw: draws('seed' in fault ? (fault.seed ?? 0) : 0), seen: 0 });
    }
  }

  clear(): void {
    this.#rules.length = 0;
  }

  forRequest(request: RequestView): RequestFault | null {
    return this.#firstMatch(request, {
      isOfKind: (fault) => fault.on === 'request',
      applies: (fault) => (fault.method ?? request.method) === request.method && matches(fault.route, request.route),
    });
  }

  /** How far back, in milliseconds, reads may ever look: 0 where none is stale. */
  get lag(): number {
    return Math.max(0, ...this.#rules.map(({ fault }) => (fault.on === 'stale-read' ? fault.within : 0)));
  }

  /** How far back this read looks, in milliseconds; 0 where it tells how things stand. */
  lagOf(request: RequestView): number {
    for (const { fault, draw } of this.#rules) {
      if (fault.on !== 'stale-read' || !(fault.route ?? LAGGING).test(request.route)) continue;
      if ((fault.when?.(request) ?? true) && draw() < (fault.share ?? 1)) return fault.within;
    }
    return 0;
  }

  forDispatch(dispatch: Parameters<NonNullable<DispatchFault['when']>>[0]): DispatchFault | null {
    return this.#firstMatch(dispatch, { isOfKind: (fault) => fault.on === 'dispatch', applies: () => true });
  }

  /** @param moment `at` in epoch milliseconds: when GitHub looked, not when it was due. */
  forSchedule(moment: Parameters<NonNullable<ScheduleFault['when']>>[0]): ScheduleFault | null {
    return this.#firstMatch(moment, { isOfKind: (fault) => fault.on === 'schedule', applies: () => true });
  }

  forRun(run: RunOfFault): RunFault | null {
    return this.#firstMatch(run, { isOfKind: (fault) => fault.on === 'run', applies: () => true });
  }

  forCancel(run: RunOfFault): CancelFault | null {
    return this.#firstMatch(run, { isOfKind: (fault) => fault.on === 'cancel', applies: () => true });
  }

  forWebhook(webhook: WebhookView): WebhookFault | null {
    return this.#firstMatch(webhook, {
      isOfKind: (fault) => fault.on === 'webhook',
      applies: (fault) => (fault.event ?? webhook.event) === webhook.event,
    });
  }

  #firstMatch<Subject, F extends Exclude<Fault, StaleReadFault> & Rule<Subject>>(
    subject: Subject,
    { isOfKind, applies }: { readonly isOfKind: (fault: Fault) => fault is F; readonly applies: (fault: F) => boolean },
  ): F | null {
    for (const rule of this.#rules) {
      const { fault } = rule;
      if (!isOfKind(fault) || !applies(fault) || !(fault.when?.(subject) ?? true)) continue;
      rule.seen += 1;
      const skip = fault.skip ?? 0;
      if (rule.seen > skip && rule.seen <= skip + (fault.count ?? 1)) return fault;
    }
    return null;
  }
}

const LAGGING =
  /^(?:graphql(?: \w+)?|\/repos\/\{owner\}\/\{repo\}\/(?:(?:issues|pulls|branches)(?:\/.*)?|git\/(?:ref|matching-refs)\/\{ref\}))$/;

/** Numbers from 0 to 1 that depend on the seed alone (mulberry32). */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function matches(wanted: string | RegExp | undefined, route: string): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === 'string' ? wanted === route : wanted.test(route);
}

/** Resolves when the wait is over; a promise that rejects counts as over. */
export async function waitFor(wait: Wait): Promise<void> {
  if (typeof wait === 'number') await new Promise((resolve) => setTimeout(resolve, wait));
  else await wait.catch(() => undefined);
}

/**
 * What GitHub answers when the hourly budget is spent; `resetAt` in epoch milliseconds
 * (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit).
 */
export function primaryRateLimit(resetAt: number): InjectedAnswer {
  return {
    status: 403,
    message: 'API rate limit exceeded.',
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(second(resetAt)) },
  };
}

/** What GitHub answers to too many requests at once (same page). */
export function secondaryRateLimit(retryAfterSeconds: number): InjectedAnswer {
  return {
    status: 403,
    message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    headers: { 'retry-after': String(retryAfterSeconds) },
  };
}
