import type { Probot } from 'probot';
import { fullName, keyOf, type Locator } from '../../github/locator.ts';
import { withEveryIssueDue } from '../../github/memory.ts';
import type { Client } from '../../github/octokit.ts';
import { isRunAwaited } from '../../github/read/awaited-runs.ts';
import { defaultLocation } from '../../plan/load-project.ts';
import { PassFailed, reconcile } from '../../reconcile.ts';
import type { Timings } from '../../state/timings.ts';
import { describePass } from '../describe-pass.ts';
import { requestIn } from '../failed-request.ts';
import { type ReviewTarget, reviewPlan } from '../review-plan.ts';
import { wantsAnotherPass } from '../wants-another-pass.ts';
import {
  type AskedRepository,
  grantedPermissions,
  type InstalledRepository,
  installedRepositories,
  isUninstalled,
} from './installations.ts';
import { addProposals, type KeptRepository, newRepository, noteAsked, takeAsked } from './kept-repository.ts';
import type { Owners } from './owners.ts';
import { Passes, type PassReport } from './passes.ts';
import { measurePass } from './telemetry/measure-pass.ts';
import { NO_TELEMETRY, type Telemetry } from './telemetry/telemetry.ts';

export interface HostOptions {
  readonly timings: Timings;
  /** Milliseconds between two passes over a repository that has a plan, whatever its webhooks say. */
  readonly period: number;
  /** Events within so many milliseconds of the beginning of a pass lead to one more. */
  readonly gather: number;
  /** Absent: nobody measures. */
  readonly telemetry?: Telemetry;
}

/** Milliseconds before a pass that failed, or found the branch moved, is made again; it doubles each time, up to the other. */
const FIRST_PAUSE_MS = 300;
const MAX_PAUSE_MS = 5 * 60_000;

/** A repository without a plan gets a pass this many times more rarely. */
export const IDLE_FACTOR = 20;

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
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(probot: Probot, { login, owners, ...options }: HostOptions & { login: string; owners: Owners }) {
    this.#probot = probot;
    this.#login = login;
    this.#owners = owners;
    this.#options = options;
    this.#telemetry = options.telemetry ?? NO_TELEMETRY;
    this.#passes = new Passes({
      pass: (locator) => this.#pass(locator),
      gather: options.gather,
      firstPause: FIRST_PAUSE_MS,
      maxPause: MAX_PAUSE_MS,
      onError: (locator, error) => {
        const log = this.#repositories.get(keyOf(locator))?.log ?? probot.log;
        log.error({ err: error }, `${fullName(locator)}: ${requestIn(error)}the pass failed and is made again`);
      },
    });
    this.#telemetry.watchPasses(() => ({ running: this.#passes.running().length, waiting: this.#passes.waiting() }));
  }

  /** Asks for a pass. @param delay Milliseconds; events give none. */
  request(repository: AskedRepository, delay?: number): void {
    noteAsked(this.#keep(repository), repository);
    this.#passes.request(repository.locator, delay);
  }

  /**
   * Asks for a pass where it matters that this run has ended.
   * @param delay Milliseconds, in which what the run itself said and did is heard.
   */
  runEnded(repository: AskedRepository, { run, delay }: { readonly run: number; readonly delay: number }): void {
    const kept = this.#keep(repository);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!isRunAwaited(run, { memory: kept.memory, app: this.#login })) return;
      kept.endedRuns.add(run);
      noteAsked(kept, repository);
      this.#passes.request(kept.locator);
    }, delay);
    this.#timers.add(timer);
  }

  /** Asks for a pass that reads every issue: of what happened no moment of change tells. */
  requestWhole(repository: AskedRepository): void {
    this.#keep(repository).isEveryIssueDue = true;
    this.request(repository);
  }

  /** Asks for a look at plan and configuration where somebody may have changed them, with the next pass. */
  requestReview(repository: AskedRepository, target: ReviewTarget): void {
    this.#keep(repository).reviews.add(target);
    this.request(repository);
  }

  /** Where the plan of a repository lay when it was last read. */
  planPath(locator: Locator): string {
    const { location } = this.#repositories.get(keyOf(locator))?.memory.cache.project ?? {};
    return (location ?? defaultLocation()).plan;
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
    for (const repository of repositories) if (!this.#isKnown(repository)) this.request(repository);
    return isWhole;
  }

  /** Settles once every repository that is known now has had a pass, whatever came of it. */
  async lookedAtAll(): Promise<void> {
    await Promise.all([...this.#repositories.values()].map(({ looked }) => looked.promise));
  }

  /** Forgets what the app is installed on no more. @param fullNames Of repositories; every one of the installation without. */
  forget(installation: number, fullNames?: readonly string[]): void {
    const gone = fullNames?.map((name) => name.toLowerCase());
    for (const [key, kept] of [...this.#repositories])
      if (kept.installation === installation && (gone?.includes(key) ?? true)) this.#forget(kept);
  }

  /** Names of the repositories over which a pass runs now. */
  underWay(): readonly string[] {
    return this.#passes.running().map(fullName);
  }

  /** Starts no more passes and waits for those that run. */
  stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    return this.#passes.stop();
  }

  #keep({ installation, locator }: InstalledRepository): KeptRepository {
    const known = this.#repositories.get(keyOf(locator));
    if (known?.installation === installation) return known;
    const kept = newRepository({ installation, locator }, this.#probot.log);
    this.#repositories.set(keyOf(locator), kept);
    return kept;
  }

  #isKnown({ installation, locator }: InstalledRepository): boolean {
    return this.#repositories.get(keyOf(locator))?.installation === installation;
  }

  #forget(kept: KeptRepository): void {
    this.#repositories.delete(keyOf(kept.locator));
    kept.looked.resolve();
    this.#passes.forget(kept.locator);
    this.#telemetry.forget(fullName(kept.locator));
    kept.log.info(`${fullName(kept.locator)}: the app is not installed any more`);
  }

  async #pass(locator: Locator): Promise<PassReport> {
    // Where it is forgotten meanwhile, nobody finds the memory any more that this pass leaves.
    const kept = this.#repositories.get(keyOf(locator));
    if (!kept) return { wakeIn: undefined, again: false };
    try {
      return await this.#passOver(kept).finally(kept.looked.resolve);
    } catch (error) {
      if (error instanceof PassFailed) kept.memory = error.memory;
      if (!(await isUninstalled(this.#probot, { repository: kept, error }))) throw error;
      if (this.#repositories.get(keyOf(locator)) === kept) this.#forget(kept);
      return { wakeIn: undefined, again: false };
    }
  }

  async #passOver(kept: KeptRepository): Promise<PassReport> {
    const { locator, installation } = kept;
    const { timings, period } = this.#options;
    const asked = takeAsked(kept);
    // In the memory, where it stays if this pass fails.
    if (kept.isEveryIssueDue) kept.memory = withEveryIssueDue(kept.memory);
    kept.isEveryIssueDue = false;
    const { memory } = kept;
    const client = await this.#probot.auth(installation);
    const endedRuns = new Set(kept.endedRuns);
    const granted = () => grantedPermissions(this.#probot, installation);
    const made = await measurePass({ kept, asked, telemetry: this.#telemetry }, (watch) => {
      watch(client);
      return reconcile({ client, locator, app: this.#login, memory, timings, endedRuns, granted });
    });
    kept.memory = made.memory;
    for (const run of endedRuns) kept.endedRuns.delete(run);
    const { line, level } = describePass(made);
    if (line !== undefined) kept.log[level](`${fullName(locator)}: ${line}`);
    const { project } = made.memory.cache;
    if (made.kind === 'refused' && project?.ok === false && kept.reviewed !== project) {
      kept.reviewed = project;
      kept.reviews.add({ kind: 'head' });
    }
    addProposals(kept);
    const left = await this.#review(kept, client);
    if (made.kind === 'no-plan') return { wakeIn: period * IDLE_FACTOR, again: left };
    return { wakeIn: Math.min(made.wakeIn ?? period, period), again: wantsAnotherPass(made) || left };
  }

  /** @returns Whether a review is to be made again. */
  #review({ locator, log, reviews, judged }: KeptRepository, client: Client): Promise<boolean> {
    return reviews.work(
      async (target) => {
        const head = await reviewPlan(target, { client, locator, app: this.#login });
        if (target.kind === 'pull' && head !== undefined) judged.set(target.number, head);
      },
      (target, error) => {
        const what = target.kind === 'pull' ? `pull request #${target.number}` : 'the default branch';
        log.warn({ err: error }, `${fullName(locator)}: the plan in ${what} could not be reviewed`);
      },
    );
  }
}
