import type { Probot } from 'probot';
import { fullName, keyOf, type Locator } from '../../github/locator.ts';
import { isRunAwaited } from '../../github/read/awaited-runs.ts';
import { defaultLocation } from '../../plan/load-project.ts';
import { PassFailed } from '../../reconcile.ts';
import type { Timings } from '../../state/timings.ts';
import { requestIn } from '../failed-request.ts';
import type { NotifySettings } from '../notify/notify-settings.ts';
import type { ReviewTarget } from '../review-plan.ts';
import type { Ask } from './ask.ts';
import type { Dashboards } from './dashboard/dashboards.ts';
import {
  type AskedRepository,
  type InstalledRepository,
  installedRepositories,
  isUninstalled,
} from './installations.ts';
import { type KeptRepository, newRepository, noteAsk, openOutbox } from './kept-repository.ts';
import type { Owners } from './owners.ts';
import { IDLE_FACTOR, passOver } from './pass-over.ts';
import { Passes, type PassReport } from './passes.ts';
import { answerGiven } from './replicas/answer-given.ts';
import type { PassTurn } from './replicas/pass-turn.ts';
import type { GivenPass, MadePass, SharedPasses } from './replicas/shared-passes.ts';
import { NO_TELEMETRY, type Telemetry } from './telemetry/telemetry.ts';

export interface HostOptions {
  readonly timings: Timings;
  /** Milliseconds between two passes over a repository that has a plan, whatever its webhooks say. */
  readonly period: number;
  /** Events within so many milliseconds of the beginning of a pass lead to one more. */
  readonly gather: number;
  /** Absent: nobody can look. */
  readonly dashboards?: Dashboards;
  /** Where notices go; absent: nowhere. */
  readonly notify?: NotifySettings;
  /** Absent: nobody measures. */
  readonly telemetry?: Telemetry;
  /** Passes that replicas share; absent: this process makes all of them. */
  readonly shared?: SharedPasses | undefined;
}

/** Milliseconds before a pass that failed, or found the branch moved, is made again; it doubles each time, up to the other. */
const FIRST_PAUSE_MS = 300;
const MAX_PAUSE_MS = 5 * 60_000;

const QUIET: PassReport = { wakeIn: undefined, again: false };

/** The repositories that the app is installed on, what it remembers of each, and the passes over them. */
export class Host {
  readonly #probot: Probot;
  /** Login under which the app writes. */
  readonly #login: string;
  readonly #owners: Owners;
  readonly #options: HostOptions;
  readonly #telemetry: Telemetry;
  readonly #repositories = new Map<string, KeptRepository>();
  readonly #passes: Passes;
  readonly #shared: SharedPasses | undefined;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(probot: Probot, { login, owners, ...options }: HostOptions & { login: string; owners: Owners }) {
    this.#probot = probot;
    this.#login = login;
    this.#owners = owners;
    this.#options = options;
    this.#telemetry = options.telemetry ?? NO_TELEMETRY;
    this.#shared = options.shared;
    const pauses = { firstPause: FIRST_PAUSE_MS, maxPause: MAX_PAUSE_MS };
    this.#passes = new Passes({
      pass: (locator) => this.#pass(locator),
      gather: options.gather,
      ...pauses,
      onError: (locator, error) => this.#tellFailure(locator, error),
    });
    this.#shared?.start({
      pass: (given) => this.#givenPass(given),
      ...pauses,
      warn: (locator, what) => this.#logOf(locator).warn(`${fullName(locator)}: ${what}`),
    });
    const source = this.#shared ?? this.#passes;
    this.#telemetry.watchPasses(() => ({ running: source.running().length, waiting: source.waiting() }));
  }

  /** @param delay Milliseconds; events give none. */
  request(repository: AskedRepository, delay?: number): Promise<void> {
    return this.#ask({ ...repository, at: Date.now(), ...(delay === undefined ? {} : { delay }) });
  }

  /**
   * Asks for a pass where it matters that this run has ended.
   * @param delay Milliseconds, in which what the run itself said and did is heard.
   */
  runEnded(
    repository: AskedRepository,
    { run, delay }: { readonly run: number; readonly delay: number },
  ): Promise<void> {
    return this.#ask({ ...repository, at: Date.now(), delay, endedRun: run });
  }

  /** Asks for a pass that reads every issue: of what happened no moment of change tells. */
  requestWhole(repository: AskedRepository): Promise<void> {
    return this.#ask({ ...repository, at: Date.now(), isWhole: true });
  }

  /** Asks for a look at plan and configuration where somebody may have changed them, with the next pass. */
  requestReview(repository: AskedRepository, target: ReviewTarget): Promise<void> {
    return this.#ask({ ...repository, at: Date.now(), review: { target, tries: 0 } });
  }

  /** Where the plan of a repository lay when it was last read. */
  async planPath(locator: Locator): Promise<string> {
    const { location } = this.#repositories.get(keyOf(locator))?.memory.cache.project ?? {};
    return (await this.#shared?.planPath(locator)) ?? (location ?? defaultLocation()).plan;
  }

  /** Asks for a pass over every repository, some time within the idle period. */
  requestAll(): void {
    for (const locator of this.#passes.locators()) this.#passes.request(locator, this.#options.period * IDLE_FACTOR);
  }

  /**
   * Asks for a pass over each repository that the app is installed on and that no webhook told of.
   * @returns Whether every installation could be listed.
   */
  async requestUnknown(): Promise<boolean> {
    const { repositories, isWhole } = await installedRepositories(this.#probot, this.#owners);
    for (const repository of repositories) {
      if (this.#shared) await this.#shared.ensure(repository);
      else if (!this.#isKnown(repository)) await this.request(repository);
    }
    return isWhole;
  }

  /** Settles once every repository that is known now has had a pass, whatever came of it, or replicas see to them together. */
  async lookedAtAll(): Promise<void> {
    if (this.#shared) return;
    await Promise.all([...this.#repositories.values()].map(({ looked }) => looked.promise));
  }

  /** Forgets what the app is installed on no more. @param fullNames Of repositories; every one of the installation without. */
  async forget(installation: number, fullNames?: readonly string[]): Promise<void> {
    const gone = fullNames?.map((name) => name.toLowerCase());
    for (const [key, kept] of [...this.#repositories]) {
      if (kept.installation !== installation || gone?.includes(key) === false) continue;
      this.#forget(kept);
      await this.#shared?.forget(kept.locator);
    }
  }

  /** Names of the repositories over which a pass runs now. */
  underWay(): readonly string[] {
    return (this.#shared ?? this.#passes).running().map(fullName);
  }

  /** Starts no more passes and waits for those that run. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const { outbox } of this.#repositories.values()) outbox?.stop();
    await Promise.all([this.#passes.stop(), this.#shared?.stop()]);
  }

  /** Settles once the ask cannot be lost by the end of this process, where there are others. */
  async #ask(ask: Ask): Promise<void> {
    if (this.#shared) return this.#shared.ask(ask);
    const kept = this.#keep(ask);
    if (ask.endedRun !== undefined) return this.#later(kept, ask, ask.endedRun);
    noteAsk(kept, ask);
    this.#passes.request(ask.locator, ask.delay);
  }

  #later(kept: KeptRepository, ask: Ask, run: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!isRunAwaited(run, { memory: kept.memory, app: this.#login })) return;
      kept.endedRuns.add(run);
      noteAsk(kept, { ...ask, at: Date.now() });
      this.#passes.request(kept.locator);
    }, ask.delay);
    this.#timers.add(timer);
  }

  #keep({ installation, locator }: InstalledRepository): KeptRepository {
    const known = this.#repositories.get(keyOf(locator));
    if (known?.installation === installation) return known;
    known?.outbox?.stop();
    const kept = newRepository({ installation, locator }, this.#probot.log);
    const { notify } = this.#options;
    kept.outbox = notify && openOutbox(kept, { settings: notify, ask: (ask) => void this.#ask(ask) });
    this.#repositories.set(keyOf(locator), kept);
    return kept;
  }

  #isKnown({ installation, locator }: InstalledRepository): boolean {
    return this.#repositories.get(keyOf(locator))?.installation === installation;
  }

  #forget(kept: KeptRepository): void {
    this.#repositories.delete(keyOf(kept.locator));
    kept.outbox?.stop();
    this.#options.dashboards?.forget(kept.locator);
    kept.looked.resolve();
    this.#passes.forget(kept.locator);
    this.#telemetry.forget(fullName(kept.locator));
    kept.log.info(`${fullName(kept.locator)}: the app is not installed any more`);
  }

  async #pass(locator: Locator): Promise<PassReport> {
    // Where it is forgotten meanwhile, nobody finds the memory any more that this pass leaves.
    const kept = this.#repositories.get(keyOf(locator));
    if (!kept) return QUIET;
    return (await this.#passOver(kept)) ?? QUIET;
  }

  /** A pass that another replica may have asked for. Never rejects. */
  #givenPass(given: GivenPass): Promise<MadePass> {
    const kept = this.#keep(given.repository);
    return answerGiven(given, {
      kept,
      login: this.#login,
      pass: (turn) => this.#passOver(kept, turn),
      onError: (error) => this.#tellFailure(kept.locator, error),
    });
  }

  /** @returns Undefined where the app is not installed there any more. */
  async #passOver(kept: KeptRepository, turn?: PassTurn): Promise<PassReport | undefined> {
    const options = { ...this.#options, probot: this.#probot, login: this.#login, telemetry: this.#telemetry, turn };
    try {
      return await passOver(kept, options).finally(kept.looked.resolve);
    } catch (error) {
      if (error instanceof PassFailed) kept.memory = error.memory;
      if (!(await isUninstalled(this.#probot, { repository: kept, error }))) throw error;
      if (this.#repositories.get(keyOf(kept.locator)) === kept) this.#forget(kept);
      return undefined;
    }
  }

  #logOf(locator: Locator): KeptRepository['log'] {
    return this.#repositories.get(keyOf(locator))?.log ?? this.#probot.log;
  }

  #tellFailure(locator: Locator, error: unknown): void {
    const what = `${fullName(locator)}: ${requestIn(error)}the pass failed and is made again`;
    this.#logOf(locator).error({ err: error }, what);
  }
}
