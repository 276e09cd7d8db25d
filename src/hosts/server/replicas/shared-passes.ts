import { DelayedError, type Job, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { keyOf, type Locator } from '../../../github/locator.ts';
import type { Ask } from '../ask.ts';
import type { InstalledRepository } from '../installations.ts';
import { delayAfter, type PassesOptions, type PassReport } from '../passes.ts';
import { mergeAsks } from './ask-text.ts';
import { PassAlarms } from './pass-alarms.ts';
import type { Begun, PassBook, PassLock } from './pass-book.ts';
import { LOCK_MS, PassTurn } from './pass-turn.ts';

/** A pass that this replica was given to make. */
export interface GivenPass {
  readonly repository: InstalledRepository;
  readonly asks: readonly Ask[];
  readonly turn: PassTurn;
  /** How many passes there were, and what the last one left. */
  readonly before: Pick<Begun, 'pass' | 'memory'>;
  /** The last one was made by this replica. */
  readonly isOwn: boolean;
}

export interface MadePass {
  /** `unneeded`: nothing that was asked for mattered. `uninstalled`: the app is there no more. */
  readonly kind: 'made' | 'failed' | 'unneeded' | 'uninstalled';
  readonly report: PassReport;
  readonly memory: string;
  readonly planPath: string;
  /** What is to be asked for again. */
  readonly left: readonly Ask[];
  /** Told whether this is the pass that counts: else what is remembered of it is worth nothing. */
  readonly settle: (counts: boolean) => void;
}

export interface SharedPassesOptions extends Pick<PassesOptions, 'firstPause' | 'maxPause'> {
  readonly pass: (given: GivenPass) => Promise<MadePass>;
  readonly warn: (locator: Locator, what: string) => void;
}

export interface SharedPassesParts {
  readonly redis: Redis;
  readonly book: PassBook;
  readonly prefix: string;
  readonly onError: (error: Error) => void;
}

const QUEUE = 'passes';
/** Passes that one replica makes at a time. */
const CONCURRENCY = 32;
/** How often the lock of a replica that died is looked for (ms). */
const STALLED_MS = 2_000;
/** A pass is left so often to the replica that made the last one, for so long. */
const HOPS = 6;
const HOP_MS = 15;
/** Before a pass is tried again that Redis did not let begin or end. */
const RETRY_MS = 1_000;

/**
 * Passes that replicas share: one job of BullMQ for each repository, which is delayed until the next pass is due, active
 * while one replica makes it, and never gone as long as the app is installed there. Its lock is the right to make the pass.
 */
export class SharedPasses {
  readonly #parts: SharedPassesParts;
  readonly #queue: Queue;
  readonly #alarms: PassAlarms;
  readonly #running = new Map<string, Locator>();
  #options: SharedPassesOptions | undefined;
  #worker: Worker | undefined;

  constructor(parts: SharedPassesParts) {
    this.#parts = parts;
    const { redis, prefix, onError } = parts;
    const streams = { events: { maxLen: 100 } };
    this.#queue = new Queue(QUEUE, { connection: redis, prefix, streams, skipVersionCheck: true });
    this.#queue.on('error', onError);
    this.#alarms = new PassAlarms({ queue: this.#queue, book: parts.book, onError });
  }

  /** Makes passes from now on. */
  start(options: SharedPassesOptions): void {
    const { redis, prefix, onError } = this.#parts;
    this.#options = options;
    this.#worker = new Worker(QUEUE, (job: Job, token?: string) => this.#work(job, token), {
      ...{ connection: redis, prefix, skipVersionCheck: true, concurrency: CONCURRENCY },
      ...{ lockDuration: LOCK_MS, stalledInterval: STALLED_MS, runRetryDelay: RETRY_MS },
      // However many replicas die over it, a pass is made.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    });
    this.#worker.on('error', onError);
    this.#alarms.start();
  }

  /** Asks for a pass. Whoever is answered knows that it lies in Redis. */
  async ask(ask: Ask): Promise<void> {
    const due = await this.#parts.book.ask(ask);
    if (due !== undefined) await this.#alarms.set(ask.locator, due);
  }

  /** Sees to it that passes are made over this repository: the first at once, where no replica knows of it. */
  async ensure(repository: InstalledRepository): Promise<void> {
    const { locator } = repository;
    if (await this.#queue.getJob(keyOf(locator))) return;
    await this.#parts.book.ask({ ...repository, at: Date.now() });
    await this.#alarms.set(locator, Date.now());
  }

  /** The app was taken off it. A pass that runs now ends, and finds that by itself. */
  async forget(locator: Locator): Promise<void> {
    await this.#queue.remove(keyOf(locator)).catch(() => 0);
    await this.#parts.book.forget(locator);
  }

  planPath(locator: Locator): Promise<string | undefined> {
    return this.#parts.book.planPath(locator);
  }

  running(): readonly Locator[] {
    return [...this.#running.values()];
  }

  /** How many passes were due a moment ago and had not begun. */
  waiting(): number {
    return this.#alarms.overdue;
  }

  /** Begins no more passes and waits for those that run. */
  async stop(): Promise<void> {
    await this.#worker?.close();
    await this.#alarms.stop();
    await this.#queue.close();
  }

  async #work(job: Job, token = ''): Promise<void> {
    const { owner, repo } = job.data as Locator;
    const locator = { owner, repo };
    try {
      const next = await this.#makePass(job, { locator, token });
      if (next === 'gone') return;
      if (next !== 'lost') await this.#putOff(job, { until: next, token, locator });
    } catch (error) {
      // Redis was away: the job is this replica's still, or is taken over in a moment.
      this.#options?.warn(locator, `the pass could not be noted in Redis, and is made again (${words(error)})`);
      await job.moveToDelayed(Date.now() + RETRY_MS, token).catch(() => undefined);
    }
    throw new DelayedError();
  }

  /** @returns When the next one is due (epoch ms); `lost` where another replica makes it by now. */
  async #makePass(
    job: Job,
    { locator, token }: { readonly locator: Locator; readonly token: string },
  ): Promise<number | 'lost' | 'gone'> {
    const { book } = this.#parts;
    // A pass that was lost by a long silence may not have ended yet, and remembers something else.
    if (this.#running.has(keyOf(locator))) return Date.now() + RETRY_MS;
    const lock: PassLock = { key: `${this.#queue.toKey(job.id ?? '')}:lock`, token };
    const begun = await book.begin(locator, lock, HOPS);
    if (begun.kind !== 'begun') return begun.kind === 'lost' ? 'lost' : Date.now() + HOP_MS;
    const turn = new PassTurn({ prolong: async () => (await job.extendLock(token, LOCK_MS)) === 1 });
    this.#running.set(keyOf(locator), locator);
    try {
      return await this.#answer(begun, { locator, lock, turn });
    } finally {
      this.#running.delete(keyOf(locator));
    }
  }

  async #answer(
    begun: Begun,
    { locator, lock, turn }: { readonly locator: Locator; readonly lock: PassLock; readonly turn: PassTurn },
  ): Promise<number | 'lost' | 'gone'> {
    const options = this.#options;
    const installation = begun.asks.at(-1)?.installation ?? begun.installation;
    // Redis lost what was known of it: the next listing of the installations finds it again.
    if (!options || installation === undefined) return 'gone';
    const now = Date.now();
    const asks = begun.asks.filter((ask) => !isLater(ask, now));
    const later = begun.asks.filter((ask) => isLater(ask, now));
    const repository = { installation, locator };
    const isOwn = begun.home === this.#parts.book.replica;
    const made = await options.pass({ repository, asks, turn, before: begun, isOwn });
    if (made.kind === 'uninstalled') {
      await this.#parts.book.forget(locator);
      return 'gone';
    }
    const left = [...(made.kind === 'failed' ? mergeAsks(asks) : made.left), ...later];
    const { failures, wakeAt } = following(begun, made, options);
    const due = Math.min(wakeAt, ...later.map(dueOf));
    const ended = { ...made, taken: begun.taken, due, failures, installation, left };
    const next = await this.#parts.book.end(locator, lock, ended);
    made.settle(next !== undefined);
    if (next === undefined)
      options.warn(
        locator,
        'this replica was silent for too long: its pass was cut short, and another replica makes it',
      );
    return next ?? 'lost';
  }

  async #putOff(
    job: Job,
    { until, token, locator }: { readonly until: number; readonly token: string; readonly locator: Locator },
  ): Promise<void> {
    await job.moveToDelayed(until, token);
    // Who asked in between found the job active, and left the alarm to whoever had it.
    const due = await this.#parts.book.dueAt(locator);
    if (due < until) await this.#alarms.set(locator, due);
  }
}

/** When the next pass is due (epoch ms), and how many in a row want to be repeated by now. */
function following(
  begun: Begun,
  { kind, report }: MadePass,
  pauses: Pick<PassesOptions, 'firstPause' | 'maxPause'>,
): { readonly failures: number; readonly wakeAt: number } {
  // As if nobody had asked.
  if (kind === 'unneeded') return { failures: begun.failures, wakeAt: begun.wakeAt ?? Date.now() };
  const failures = report.again ? begun.failures + 1 : 0;
  return { failures, wakeAt: Date.now() + (delayAfter(report, { ...pauses, failures }) ?? 0) };
}

/** Of a run that has ended it is heard first what it said itself. */
function isLater(ask: Ask, now: number): boolean {
  return ask.endedRun !== undefined && dueOf(ask) > now;
}

function dueOf({ at, delay = 0 }: Ask): number {
  return at + delay;
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
