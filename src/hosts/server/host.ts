import type { Probot } from 'probot';
import { fullName, type Locator } from '../../github/locator.ts';
import { type Memory, newMemory, withEveryIssueDue } from '../../github/memory.ts';
import type { Client } from '../../github/octokit.ts';
import { isRunAwaited } from '../../github/read/awaited-runs.ts';
import { defaultLocation, type LoadedProject } from '../../plan/load-project.ts';
import { hasFailures, PassFailed, reconcile } from '../../reconcile.ts';
import type { Timings } from '../../state/timings.ts';
import { describePass } from '../describe-pass.ts';
import { requestIn } from '../failed-request.ts';
import { type ReviewTarget, reviewPlan } from '../review-plan.ts';
import { grantedPermissions, type InstalledRepository, installedRepositories, isUninstalled } from './installations.ts';
import { Passes, type PassReport } from './passes.ts';
import { ReviewQueue } from './review-queue.ts';

export interface HostOptions {
  readonly timings: Timings;
  /** Milliseconds between two passes over a repository that has a plan, whatever its webhooks say. */
  readonly period: number;
  /** Events within so many milliseconds of the beginning of a pass lead to one more. */
  readonly gather: number;
}

/** Milliseconds before a pass that failed, or found the branch moved, is made again; it doubles each time, up to the other. */
const FIRST_PAUSE_MS = 300;
const MAX_PAUSE_MS = 5 * 60_000;

/** A repository without a plan gets a pass this many times more rarely. */
export const IDLE_FACTOR = 20;

interface Kept extends InstalledRepository {
  memory: Memory;
  /** Runs that ended since the last pass, as far as that matters. */
  readonly endedRuns: Set<number>;
  readonly reviews: ReviewQueue;
  /** What was found to be broken and is reviewed: as long as it is the same, there is nothing new to say. */
  reviewed: LoadedProject | undefined;
  /** Pull requests, and the heads at which they were judged. */
  readonly judged: Map<number, string>;
  /** Those that were last found to touch the plan: each that was not judged is due. */
  proposals: Memory['cache']['proposals'];
  /** Something was heard of that no moment of change tells of, since the last pass began. */
  isEveryIssueDue: boolean;
  /** Its first pass is over. */
  readonly looked: PromiseWithResolvers<void>;
}

/** The repositories that the app is installed on, what it remembers of each, and the passes over them. */
export class Host {
  readonly #probot: Probot;
  /** Login under which the app writes. */
  readonly #login: string;
  readonly #options: HostOptions;
  readonly #repositories = new Map<string, Kept>();
  readonly #passes: Passes;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(probot: Probot, { login, ...options }: HostOptions & { readonly login: string }) {
    this.#probot = probot;
    this.#login = login;
    this.#options = options;
    this.#passes = new Passes({
      pass: (locator) => this.#pass(locator),
      gather: options.gather,
      firstPause: FIRST_PAUSE_MS,
      maxPause: MAX_PAUSE_MS,
      onError: (locator, error) =>
        probot.log.error({ err: error }, `${fullName(locator)}: ${requestIn(error)}the pass failed and is made again`),
    });
  }

  /** Asks for a pass. @param delay Milliseconds; events give none. */
  request({ installation, locator }: InstalledRepository, delay?: number): void {
    this.#keep({ installation, locator });
    this.#passes.request(locator, delay);
  }

  /**
   * Asks for a pass where it matters that this run has ended.
   * @param delay Milliseconds, in which what the run itself said and did is heard.
   */
  runEnded(repository: InstalledRepository, { run, delay }: { readonly run: number; readonly delay: number }): void {
    const kept = this.#keep(repository);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!isRunAwaited(run, { memory: kept.memory, app: this.#login })) return;
      kept.endedRuns.add(run);
      this.#passes.request(kept.locator);
    }, delay);
    this.#timers.add(timer);
  }

  /** Asks for a pass that reads every issue: of what happened no moment of change tells. */
  requestWhole({ installation, locator }: InstalledRepository): void {
    this.#keep({ installation, locator }).isEveryIssueDue = true;
    this.#passes.request(locator);
  }

  /** Asks for a look at plan and configuration where somebody may have changed them, with the next pass. */
  requestReview({ installation, locator }: InstalledRepository, target: ReviewTarget): void {
    this.#keep({ installation, locator }).reviews.add(target);
    this.#passes.request(locator);
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
    const { repositories, isWhole } = await installedRepositories(this.#probot);
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

  /** Starts no more passes and waits for those that run. */
  stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    return this.#passes.stop();
  }

  #keep({ installation, locator }: InstalledRepository): Kept {
    const known = this.#repositories.get(keyOf(locator));
    if (known?.installation === installation) return known;
    const memory = newMemory();
    const kept: Kept = {
      installation,
      locator,
      memory,
      endedRuns: new Set(),
      reviews: new ReviewQueue(),
      reviewed: undefined,
      judged: new Map(),
      proposals: memory.cache.proposals,
      isEveryIssueDue: false,
      looked: Promise.withResolvers<void>(),
    };
    this.#repositories.set(keyOf(locator), kept);
    return kept;
  }

  #isKnown({ installation, locator }: InstalledRepository): boolean {
    return this.#repositories.get(keyOf(locator))?.installation === installation;
  }

  #forget(kept: Kept): void {
    this.#repositories.delete(keyOf(kept.locator));
    kept.looked.resolve();
    this.#passes.forget(kept.locator);
    this.#probot.log.info(`${fullName(kept.locator)}: the app is not installed any more`);
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

  async #passOver(kept: Kept): Promise<PassReport> {
    const { locator, installation } = kept;
    const { timings, period } = this.#options;
    // In the memory, where it stays if this pass fails.
    if (kept.isEveryIssueDue) kept.memory = withEveryIssueDue(kept.memory);
    kept.isEveryIssueDue = false;
    const { memory } = kept;
    const client = await this.#probot.auth(installation);
    const endedRuns = new Set(kept.endedRuns);
    const granted = () => grantedPermissions(this.#probot, installation);
    const made = await reconcile({ client, locator, app: this.#login, memory, timings, endedRuns, granted });
    kept.memory = made.memory;
    for (const run of endedRuns) kept.endedRuns.delete(run);
    const { line, level } = describePass(made);
    if (line !== undefined) this.#probot.log[level](`${fullName(locator)}: ${line}`);
    const { project } = made.memory.cache;
    if (made.kind === 'refused' && project?.ok === false && kept.reviewed !== project) {
      kept.reviewed = project;
      kept.reviews.add({ kind: 'head' });
    }
    addProposals(kept);
    const left = await this.#review(kept, client);
    if (made.kind === 'no-plan') return { wakeIn: period * IDLE_FACTOR, again: left };
    const again =
      made.kind === 'refused'
        ? hasFailures(made.outcomes)
        : made.progress === 'put off' || made.progress === 'moved' || made.progress === 'failed';
    return { wakeIn: Math.min(made.wakeIn ?? period, period), again: again || left };
  }

  /** @returns Whether a review is to be made again. */
  #review({ locator, reviews, judged }: Kept, client: Client): Promise<boolean> {
    return reviews.work(
      async (target) => {
        const head = await reviewPlan(target, { client, locator, app: this.#login });
        if (target.kind === 'pull' && head !== undefined) judged.set(target.number, head);
      },
      (target, error) => {
        const what = target.kind === 'pull' ? `pull request #${target.number}` : 'the default branch';
        this.#probot.log.warn({ err: error }, `${fullName(locator)}: the plan in ${what} could not be reviewed`);
      },
    );
  }
}

/** A webhook may be lost: whoever read every issue has seen which pull requests touch the plan. */
function addProposals(kept: Kept): void {
  const { proposals } = kept.memory.cache;
  if (proposals === kept.proposals) return;
  kept.proposals = proposals;
  for (const number of [...kept.judged.keys()]) if (!proposals.has(number)) kept.judged.delete(number);
  for (const [number, head] of proposals)
    if (kept.judged.get(number) !== head) kept.reviews.add({ kind: 'pull', number });
}

/** People and webhooks write names in any case. */
function keyOf(locator: Locator): string {
  return fullName(locator).toLowerCase();
}
