import { keyOf, type Locator } from '../../github/locator.ts';

/** What a pass says to its host. */
export interface PassReport {
  /** Milliseconds after which another pass is due without an event; undefined when none is. */
  readonly wakeIn: number | undefined;
  /** Something failed or the world moved: look again, a little later each time it happens in a row. */
  readonly again: boolean;
}

export interface PassesOptions {
  readonly pass: (locator: Locator) => Promise<PassReport>;
  /**
   * Events within so many milliseconds of the beginning of a pass lead to one more; the first after a silence waits for nothing.
   * While they come in a burst, each pass gathers three times as long as the one before, up to 81 times.
   */
  readonly gather: number;
  /** Pause before the first repetition; it doubles up to `maxPause`. Milliseconds. */
  readonly firstPause: number;
  readonly maxPause: number;
  readonly onError: (locator: Locator, error: unknown) => void;
}

/**
 * At most one pass per repository at a time. What asks for a pass while one runs is answered by one more afterwards,
 * however often it asked; a repository has one timer, for the earliest moment that anybody named.
 */
export class Passes {
  readonly #options: PassesOptions;
  readonly #repositories = new Map<string, Repository>();
  #stopped = false;

  constructor(options: PassesOptions) {
    this.#options = options;
  }

  /** Asks for a pass. @param delay Milliseconds; events give none. */
  request(locator: Locator, delay?: number): void {
    if (this.#stopped) return;
    const key = keyOf(locator);
    const known = this.#repositories.get(key) ?? {
      locator,
      forgotten: false,
      running: undefined,
      timer: undefined,
      began: Number.NEGATIVE_INFINITY,
      due: Number.POSITIVE_INFINITY,
      failures: 0,
      events: 0,
      heard: Number.NEGATIVE_INFINITY,
      bursts: 0,
    };
    known.forgotten = false;
    this.#repositories.set(key, known);
    const now = performance.now();
    if (delay === undefined) this.#hear(known, now);
    else this.#schedule(known, now + delay);
  }

  #hear(known: Repository, now: number): void {
    if (now > known.heard + SILENCE) known.bursts = 0;
    known.heard = now;
    known.events++;
    const gather = this.#options.gather * 3 ** Math.min(known.bursts, MAX_GROWTH);
    this.#schedule(known, Math.max(now, known.began + gather));
  }

  /** Forgets a repository until somebody asks for a pass again: the app was taken off it. */
  forget(locator: Locator): void {
    const key = keyOf(locator);
    const known = this.#repositories.get(key);
    if (!known) return;
    clearTimeout(known.timer);
    known.due = Number.POSITIVE_INFINITY;
    // A pass that runs now asks for no other, and stays known until it ends: there is never a second one beside it.
    if (known.running) known.forgotten = true;
    else this.#repositories.delete(key);
  }

  locators(): readonly Locator[] {
    return [...this.#repositories.values()].flatMap(({ locator, forgotten }) => (forgotten ? [] : [locator]));
  }

  /** Over which a pass runs now. */
  running(): readonly Locator[] {
    return [...this.#repositories.values()].flatMap(({ locator, running }) => (running ? [locator] : []));
  }

  /** How many passes are due and have not begun. */
  waiting(): number {
    const now = performance.now();
    return [...this.#repositories.values()].filter(({ due }) => due <= now).length;
  }

  /** Starts no more passes and waits for those that run. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const all = [...this.#repositories.values()];
    for (const { timer } of all) clearTimeout(timer);
    await Promise.all(all.map(({ running }) => running));
  }

  #schedule(repository: Repository, due: number): void {
    if (due >= repository.due || this.#stopped || repository.forgotten) return;
    repository.due = due;
    if (repository.running) return;
    clearTimeout(repository.timer);
    repository.timer = setTimeout(
      () => this.#start(repository),
      Math.min(Math.max(0, due - performance.now()), MAX_TIMEOUT),
    );
  }

  #start(repository: Repository): void {
    repository.due = Number.POSITIVE_INFINITY;
    repository.began = performance.now();
    repository.bursts = repository.events >= BURST ? repository.bursts + 1 : 0;
    repository.events = 0;
    repository.running = this.#run(repository).finally(() => {
      repository.running = undefined;
      const { due } = repository;
      repository.due = Number.POSITIVE_INFINITY;
      if (repository.forgotten) this.#repositories.delete(keyOf(repository.locator));
      else if (due < Number.POSITIVE_INFINITY) this.#schedule(repository, due);
    });
  }

  async #run(repository: Repository): Promise<void> {
    const { firstPause, maxPause } = this.#options;
    let report: PassReport;
    try {
      report = await this.#options.pass(repository.locator);
    } catch (error) {
      this.#options.onError(repository.locator, error);
      report = { wakeIn: undefined, again: true };
    }
    repository.failures = report.again ? repository.failures + 1 : 0;
    const delay = delayAfter(report, { failures: repository.failures, firstPause, maxPause });
    if (delay !== undefined) this.#schedule(repository, performance.now() + delay);
  }
}

interface Pauses extends Pick<PassesOptions, 'firstPause' | 'maxPause'> {
  /** Passes in a row that want to be repeated, this one counted. */
  readonly failures: number;
}

/** @returns Milliseconds from the end of a pass to the next one that nobody asks for; undefined where there is none. */
export function delayAfter(report: PassReport, { failures, firstPause, maxPause }: Pauses): number | undefined {
  const pause = Math.min(maxPause, firstPause * 2 ** (failures - 1));
  // What fails time after time would be due at once time after time: from the second failure on the pause holds.
  const wakeIn = failures > 1 ? undefined : report.wakeIn;
  const delays = [...(report.again ? [pause] : []), ...(wakeIn === undefined ? [] : [wakeIn])];
  return delays.length > 0 ? Math.min(...delays) : undefined;
}

interface Repository {
  readonly locator: Locator;
  /** Nobody asked for a pass since it was forgotten. */
  forgotten: boolean;
  running: Promise<void> | undefined;
  timer: NodeJS.Timeout | undefined;
  /** When the last pass began, on the same clock as `due`; minus infinity before the first. */
  began: number;
  /** When the next pass is due, on the monotonic clock; infinite when none is. */
  due: number;
  /** Passes in a row that want to be repeated. */
  failures: number;
  /** That came since the last pass began. */
  events: number;
  /** When the last of them came, on the same clock. */
  heard: number;
  /** Passes in a row that so many events led to. */
  bursts: number;
}

/** Events between the beginnings of two passes: what agents at work cause is fewer, somebody labelling everything is more. */
export const BURST = 20;
export const MAX_GROWTH = 4;
/** After so long without an event a burst is over (ms). */
export const SILENCE = 1_000;

/** Node's timers hold 31 bits. */
const MAX_TIMEOUT = 2 ** 31 - 1;
