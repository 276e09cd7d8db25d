import type { Locator } from '../../github/locator.ts';
import type { Client } from '../../github/octokit.ts';
import { type Pass, PassFailed, reconcile } from '../../reconcile.ts';
import type { Timings } from '../../state/timings.ts';
import { describePass } from '../describe-pass.ts';
import { requestIn } from '../failed-request.ts';
import type { NotifySettings } from '../notify/notify-settings.ts';
import { JOB_TRIES, Outbox } from '../notify/outbox.ts';
import { reviewPlan } from '../review-plan.ts';
import { wantsAnotherPass } from '../wants-another-pass.ts';
import { type Keepsake, keepsakeText, readKeepsake } from './keepsake.ts';
import type { EndedRun, Holder } from './lock.ts';
import type { JobLog } from './log.ts';
import { type HoldTimings, type OwnClock, type PassHold, takeHold } from './pass-hold.ts';
import { type PassRef, passRef } from './pass-ref.ts';
import { readBudget } from './request-budget.ts';
import { startPasses, switchClock, wantsClock } from './workflows.ts';

export interface PassJobInput {
  readonly client: Client;
  readonly locator: Locator;
  /** Login under which `client` writes. */
  readonly app: string;
  /** Workflows of the repository see to it that passes go on; where a person makes them by hand, nothing does. */
  readonly hasClock: boolean;
  readonly holder: Holder;
  /** The run of this job, where the jobs before it were those of a task. */
  readonly ended: Omit<EndedRun, 'at'> | undefined;
  readonly timings: Timings;
  readonly waits: JobWaits;
  readonly clock: OwnClock;
  readonly log: JobLog;
  /** Where notices go; absent: nowhere. */
  readonly notify?: NotifySettings | undefined;
  /** Hears of every pass. */
  readonly onPass?: (made: Pass) => void;
}

/** Milliseconds. */
export interface JobWaits extends HoldTimings {
  /** A pass that would decide differently so soon waits for it. */
  readonly soon: number;
  /** A job that has made passes for so long lets another one go on. */
  readonly longest: number;
  /** Before a pass that failed is made again; it doubles each time. */
  readonly pause: number;
}

/** So often in a row a pass that failed, or found the branch moved, is made again; then the clock does. */
const MAX_TRIES = 5;

/** The clock may have been stopped by somebody else since (ms). */
const CLOCK_KNOWN_MS = 60 * 60_000;

export type PassJobEnd =
  /** Another job makes passes, and was asked for one more. */
  | 'left'
  /** Another job took over. */
  | 'lost'
  | 'done';

/**
 * Makes passes over the repository of a job, as the only one that does: until nothing asks for one more, and nothing is
 * due soon. @throws what the last pass threw.
 */
export async function runPassJob(input: PassJobInput): Promise<PassJobEnd> {
  const { log, notify: settings } = input;
  // What is sent is taken out of the record by a pass, which this job makes.
  const outbox = settings && new Outbox({ settings, warn: log.warn, onSettled: () => undefined, tries: JOB_TRIES });
  const end = await takeTurn(input, outbox);
  // Whoever makes passes meanwhile waits for nobody here.
  if (end === 'left' || !(await outbox?.idle())) return end;
  return takeTurn({ ...input, ended: undefined }, outbox);
}

async function takeTurn(input: PassJobInput, outbox: Outbox | undefined): Promise<PassJobEnd> {
  const { client, locator, hasClock, holder, ended, waits, clock, log } = input;
  const ref = passRef({ client, locator });
  const taken = await takeHold({ store: ref, holder, ended: ended ? [ended] : [], timings: waits, clock });
  if (taken.kind === 'left') {
    log.info('another job makes passes at the moment, and was asked for one more');
    return 'left';
  }
  const { hold } = taken;
  const job = new PassJob(input, {
    ref,
    hold,
    keepsake: readKeepsake(await ref.remembered()),
    told: taken.told,
    outbox,
  });
  try {
    return await job.work();
  } catch (error) {
    // Whoever comes next finds it free, and asked for. The clock sees to it that somebody comes.
    if (hasClock) await switchClock({ client, locator }, true).catch(() => undefined);
    await hold.release({ isOutOfTime: true }).catch(() => undefined);
    throw error;
  }
}

interface JobTurn {
  readonly ref: PassRef;
  readonly hold: PassHold;
  readonly keepsake: Keepsake;
  readonly told: readonly EndedRun[];
  readonly outbox: Outbox | undefined;
}

class PassJob {
  readonly #input: PassJobInput;
  readonly #ref: PassRef;
  readonly #hold: PassHold;
  readonly #outbox: Outbox | undefined;
  readonly #until: number;
  readonly #ends = new Map<number, EndedRun>();
  #keepsake: Keepsake;

  constructor(input: PassJobInput, { ref, hold, keepsake, told, outbox }: JobTurn) {
    this.#input = input;
    this.#ref = ref;
    this.#hold = hold;
    this.#outbox = outbox;
    this.#keepsake = keepsake;
    this.#until = input.clock.now() + input.waits.longest;
    this.#tell(told);
  }

  async work(): Promise<PassJobEnd> {
    const { clock, waits } = this.#input;
    for (;;) {
      const made = await this.#passes();
      if (this.#hold.isLost) return 'lost';
      await this.#setClock(made);
      const wakeIn = made.kind === 'no-plan' ? undefined : made.wakeIn;
      const isSoon = wakeIn !== undefined && wakeIn <= waits.soon;
      const isOutOfTime = clock.now() + (isSoon ? wakeIn : 0) >= this.#until;
      if (isSoon && !isOutOfTime) {
        await this.#hold.rest(wakeIn);
        if (this.#hold.isLost) return 'lost';
        // Nobody asked: it is time.
        if (!this.#hold.isAsked) continue;
      }
      await this.#ref.remember(keepsakeText(this.#keepsake));
      const released = await this.#hold.release({ isOutOfTime });
      if (released.kind === 'lost') return 'lost';
      if (released.kind === 'released') return this.#end({ isMoreToDo: isSoon || released.lock.again !== undefined });
      this.#tell(released.told);
    }
  }

  /** A pass, and again where it failed or found that the world had moved. */
  async #passes(): Promise<Pass> {
    const { clock, waits, log } = this.#input;
    for (let tries = 1; ; tries++) {
      const isLast = tries === MAX_TRIES;
      try {
        const made = await this.#hold.whileBeating(() => this.#pass());
        if (isLast || this.#hold.isLost || !wantsAnotherPass(made)) return made;
      } catch (error) {
        if (error instanceof PassFailed) this.#remember(error.memory);
        if (isLast || this.#hold.isLost) throw error;
        const what = error instanceof Error ? error.message : String(error);
        log.warn(`${requestIn(error)}the pass failed and is made again: ${what}`);
      }
      await clock.sleep(waits.pause * 2 ** (tries - 1));
    }
  }

  async #pass(): Promise<Pass> {
    const { client, locator, app, timings, log, onPass } = this.#input;
    const budget = await readBudget(client);
    const made = await reconcile({
      client,
      locator,
      app,
      memory: this.#keepsake.memory,
      timings,
      toldEnds: this.#ends,
      ...(budget ? { budget } : {}),
      ...(this.#outbox ? { settledNotices: this.#outbox.settled } : {}),
      turn: {
        isSure: () => this.#hold.isSure(),
        announce: async (sends) => {
          // Whatever becomes of the runs, somebody looks after them.
          await this.#switchClock(true);
          return this.#hold.announce(sends);
        },
      },
    });
    this.#remember(made.memory);
    if (made.kind === 'done') this.#outbox?.offer(made.outgoing);
    onPass?.(made);
    const { line, level } = describePass(made);
    if (line !== undefined) log[level](line);
    if (made.kind === 'refused') await this.#review();
    return made;
  }

  /** People learn of a plan that cannot be read beside the commit that brought it. */
  async #review(): Promise<void> {
    const { client, locator, app, log } = this.#input;
    try {
      await reviewPlan({ kind: 'head' }, { client, locator, app });
    } catch (error) {
      // A pass is worth more than a review.
      log.warn(
        `the plan on the default branch could not be reviewed: ${error instanceof Error ? error.message : error}`,
      );
    }
  }

  async #setClock(made: Pass): Promise<void> {
    if (made.kind === 'no-plan') return this.#switchClock(false);
    const isWanted = wantsClock(made.decision) || wantsAnotherPass(made);
    return this.#switchClock(isWanted);
  }

  async #switchClock(isOn: boolean): Promise<void> {
    const { client, locator, hasClock, log } = this.#input;
    if (!hasClock) return;
    const { clock } = this.#keepsake;
    const at = this.#hold.date;
    const isKnown = clock?.isOn === isOn && (!isOn || at - clock.at < CLOCK_KNOWN_MS);
    if (isKnown) return;
    const refused = await switchClock({ client, locator }, isOn);
    if (refused === undefined) this.#keepsake = { ...this.#keepsake, clock: { isOn, at } };
    else if (isOn) log.warn(`nothing makes passes by itself, so that a run that dies is not noticed: ${refused}`);
  }

  /** @param isMoreToDo Something is due soon, or was asked for, and this job is out of time. */
  async #end({ isMoreToDo }: { readonly isMoreToDo: boolean }): Promise<PassJobEnd> {
    const { client, locator, hasClock, log } = this.#input;
    if (!isMoreToDo || !hasClock) return 'done';
    const { data } = await client.request('GET /repos/{owner}/{repo}', { ...locator });
    const refused = await startPasses({ client, locator }, data.default_branch);
    if (refused === undefined) log.info('another job goes on');
    else log.warn(`the next pass waits for the clock: ${refused}`);
    return 'done';
  }

  #remember(memory: Keepsake['memory']): void {
    this.#keepsake = { ...this.#keepsake, memory };
  }

  #tell(told: readonly EndedRun[]): void {
    for (const one of told) this.#ends.set(one.run, one);
  }
}
