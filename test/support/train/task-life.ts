import { EffortCounter } from '../../../src/task/land/landing-effort.ts';
import { TrainRide } from '../../../src/task/land/train/ride.ts';
import type { Joining } from '../../../src/task/land/train/rules.ts';
import type { TrainRepository } from '../../../src/task/land/train/train-repository.ts';
import type { Verifier } from '../../../src/task/land/train/verifier.ts';
import type { Verification } from '../../../src/task/protocol/assignment.ts';
import type { TaskCourse } from './course.ts';
import { Machine } from './machine.ts';
import { readTree, writeTree } from './set-trees.ts';
import type { TrainWorld } from './train-world.ts';
import { worldRepository } from './world-repository.ts';

export type Outcome = 'completed' | 'verification' | 'conflict' | 'busy' | 'superseded' | 'refused';

/** How one run of a task ended. */
export interface RunEnd {
  readonly issue: number;
  readonly dispatch: number;
  readonly outcome: Outcome;
  readonly began: number;
  readonly at: number;
}

/** One verification that a run began. */
export interface Verifying {
  readonly issue: number;
  readonly dispatch: number;
  /** The trees as they were checked. */
  readonly onto: string;
  readonly tree: string;
  readonly began: number;
  /** Undefined until it ends, and where it was stopped. */
  passed: boolean | undefined;
}

interface Saved {
  readonly from: string;
  readonly tree: string;
}

const MINUTE = 60_000;
const JOB_MINUTES = { one: 350, verify: 120, land: 75 } as const;
/** As the product does. */
const MAX_LOST_PUSHES = 40;

/** A task from its first dispatch to its end, as the workflows bring it to the base. */
export async function live(world: TrainWorld, task: TaskCourse): Promise<void> {
  const { time } = world;
  await time.sleep(task.arrives * 1_000);
  let saved: Saved | undefined;
  for (let dispatch = 1; !world.cancelled.has(task.issue); dispatch++) {
    const run = new TaskRun(world, { task, dispatch, saved });
    const end = await Promise.race([run.go(), run.givenUp()]);
    if (end === 'given-up') {
      // A pass sees on the base what a run landed before it went silent.
      if (run.hasLanded()) return;
      saved = undefined;
      continue;
    }
    await time.sleep(5_000);
    run.releaseClaim();
    world.ends.push({ issue: task.issue, dispatch, outcome: end, began: run.began, at: time.now });
    if (end !== 'busy' && end !== 'conflict') return;
    saved = end === 'busy' ? run.work : undefined;
    await time.sleep(30_000);
  }
}

/** What a task adds to the repository. */
export function partsOf({ issue, shares }: TaskCourse): readonly string[] {
  return [`w${issue}`, ...(shares ? ['s1'] : [])];
}

class TaskRun {
  readonly began: number;
  work: Saved | undefined;
  readonly #world: TrainWorld;
  readonly #task: TaskCourse;
  readonly #dispatch: number;
  readonly #machine: Machine;
  readonly #claim: string;
  readonly #since: string;
  #verifications = 0;

  constructor(
    world: TrainWorld,
    {
      task,
      dispatch,
      saved,
    }: { readonly task: TaskCourse; readonly dispatch: number; readonly saved: Saved | undefined },
  ) {
    this.#world = world;
    this.#task = task;
    this.#dispatch = dispatch;
    this.#claim = world.remote.claim(task.issue);
    this.#since = world.remote.refs.head;
    this.began = world.time.now;
    this.work = saved;
    const { dies, freezes, clockOff } = task;
    const isFirst = dispatch === 1;
    const from = this.began + (freezes?.after ?? 0) * 1_000;
    this.#machine = new Machine({
      time: world.time,
      random: world.random,
      course: {
        ...world.course,
        clockOff: clockOff * 1_000,
        calmFrom: world.course.calmFrom * 1_000,
        diesAt: isFirst && dies !== undefined ? this.began + dies * 1_000 : undefined,
        frozen: isFirst && freezes ? { from, until: from + freezes.lasts * 1_000 } : undefined,
      },
    });
  }

  /** A pass finds the run of a machine that is silent ended, and has another one begin. */
  async givenUp(): Promise<'given-up'> {
    const { dies, freezes } = this.#task;
    const after = dies ?? (freezes && freezes.lasts > 15 * 60 ? freezes.after : undefined);
    if (this.#dispatch > 1 || after === undefined) await new Promise(() => undefined);
    await this.#world.time.sleep((after ?? 0) * 1_000 + 10 * MINUTE);
    this.releaseClaim();
    return 'given-up';
  }

  hasLanded(): boolean {
    const { remote } = this.#world;
    return remote.history(remote.refs.head).some(({ by }) => by?.issue === this.#task.issue);
  }

  releaseClaim(): void {
    this.#world.remote.release(this.#task.issue, this.#claim);
  }

  async go(): Promise<Outcome> {
    this.work ??= await this.#makeWork();
    switch (this.#task.jobs) {
      case 'one':
        return this.#inOneJob(this.work);
      case 'reviewed':
        return this.#afterReview(this.work);
      case 'hardened':
        return this.#inSeveralJobs(this.work);
    }
  }

  async #makeWork(): Promise<Saved> {
    const from = this.#since;
    await this.#machine.clock.sleep(this.#task.works * 1_000);
    const { parts, projected } = readTree(this.#world.remote.commitOf(from).tree);
    return { from, tree: writeTree(new Set([...parts, ...partsOf(this.#task)]), projected) };
  }

  async #inOneJob(work: Saved): Promise<Outcome> {
    const ride = await this.#begin(work, { joining: 'at-once', minutes: JOB_MINUTES.one, checks: true });
    const stop = await ride.travel('passed');
    if (stop.kind === 'passed')
      return decided(await this.#land(work, { passed: stop.verification, minutes: JOB_MINUTES.one, checks: true }));
    return endOf(stop);
  }

  async #afterReview(work: Saved): Promise<Outcome> {
    const passed = await this.#verifyAlone(work);
    if (!passed) return 'verification';
    await this.#machine.clock.sleep(2 * MINUTE);
    return decided(await this.#land(work, { passed, minutes: JOB_MINUTES.one, checks: true }));
  }

  async #inSeveralJobs(work: Saved): Promise<Outcome> {
    const passed = await this.#verifyAlone(work);
    if (!passed) return 'verification';
    await this.#nextJob();
    const landed = await this.#land(work, { passed, minutes: JOB_MINUTES.land, checks: false });
    if (landed !== 'to-verify') return landed;
    await this.#nextJob();
    const follower = await this.#begin(work, { joining: 'never', minutes: JOB_MINUTES.verify, checks: true });
    const stop = await follower.travel('turn');
    if (stop.kind !== 'turn') return endOf(stop);
    await this.#nextJob();
    const { verification } = stop.turn;
    return decided(
      await this.#land(work, { passed: verification, minutes: JOB_MINUTES.land, checks: false, joining: 'never' }),
    );
  }

  async #nextJob(): Promise<void> {
    await this.#machine.clock.sleep(10_000 + 30_000 * this.#world.random());
  }

  /** On what it started from. */
  async #verifyAlone({ from, tree }: Saved): Promise<Verification | undefined> {
    const onto = this.#world.remote.commitOf(from).tree;
    const { end } = this.#verifier()({ of: { onto, tree }, onto: from, tree, own: { start: onto, tree } });
    const { verification, conclusion } = await end;
    return conclusion ? undefined : verification;
  }

  /** As `landWork` does. */
  async #land(
    work: Saved,
    how: {
      readonly passed: Verification;
      readonly minutes: number;
      readonly checks: boolean;
      readonly joining?: Joining;
    },
  ): Promise<Outcome | 'to-verify'> {
    const ride = await this.#begin(work, { joining: 'once-passed', ...how });
    for (let lost = 0; lost < MAX_LOST_PUSHES; lost++) {
      const stop = await ride.travel('turn');
      if (stop.kind === 'to-verify') return 'to-verify';
      if (stop.kind !== 'turn') return endOf(stop);
      const { head: parent, tree } = stop.turn;
      const run = { issue: this.#task.issue, dispatch: this.#dispatch, run: this.#runNumber() };
      const landed = await this.#machine.push(() =>
        this.#world.remote.land({ run, parent, tree, claim: this.#claim }) ? 'landed' : 'stale',
      );
      if (landed === 'landed') return 'completed';
      await ride.lost();
    }
    return 'busy';
  }

  #begin(
    { from, tree }: Saved,
    how: {
      readonly joining: Joining;
      readonly passed?: Verification;
      readonly minutes: number;
      readonly checks: boolean;
    },
  ): Promise<TrainRide> {
    const { issue } = this.#task;
    return TrainRide.begin({
      clock: this.#machine.clock,
      repository: this.#repository(),
      run: { issue, dispatch: this.#dispatch, run: this.#runNumber(), claim: this.#claim },
      branch: 'main',
      joining: how.joining,
      counter: new EffortCounter(this.#machine.clock),
      from,
      tree,
      passed: how.passed,
      verifier: how.checks ? this.#verifier() : undefined,
      deadline: this.#machine.clock.now() + how.minutes * MINUTE,
    });
  }

  #runNumber(): number {
    return 1_000 * this.#task.issue + this.#dispatch;
  }

  #repository(): TrainRepository {
    const { remote, mergeFails } = this.#world;
    const { issue } = this.#task;
    return worldRepository({ world: remote, machine: this.#machine, mergeFails, issue });
  }

  #verifier(): Verifier {
    const { clock } = this.#machine;
    const { issue, verifies, hangs, flaky } = this.#task;
    return ({ of, onto, tree }) => {
      const began = clock.elapsed();
      const { remote, random, passes } = this.#world;
      const checked = { onto: remote.commits.get(onto)?.tree ?? onto, tree };
      const verifying: Verifying = { issue, dispatch: this.#dispatch, ...checked, began, passed: undefined };
      this.#world.verifications.push(verifying);
      this.#verifications += 1;
      const took = verifies * (0.8 + 0.4 * random()) + (this.#verifications === 1 && this.#dispatch === 1 ? hangs : 0);
      let isStopped = false;
      const verify = async () => {
        await clock.sleep(took * 1_000);
        const passed = passes(tree) && random() >= flaky;
        if (!isStopped) verifying.passed = passed;
        const status = passed ? ('passed' as const) : ('failed' as const);
        return {
          verification: { checks: [{ name: 'test' as const, status, seconds: took }], findings: [], tree, onto },
          conclusion: passed ? undefined : { outcome: 'verification' as const },
          took: clock.elapsed() - began,
        };
      };
      const stop = async () => {
        isStopped = true;
      };
      return { of, end: verify(), stop };
    };
  }
}

type Stopped = Awaited<ReturnType<TrainRide['travel']>>;

function endOf(stop: Stopped): Outcome {
  if (stop.kind === 'conflict') return 'conflict';
  if (stop.kind !== 'over') throw new Error(`${stop.kind} where nothing else can follow`);
  const { outcome, cause } = stop.conclusion;
  if (outcome === 'completed' || outcome === 'verification' || outcome === 'superseded') return outcome;
  if (cause?.kind === 'base-busy') return 'busy';
  return 'refused';
}

/** Whoever had its work verified in another job for nothing gives it back. */
function decided(outcome: Outcome | 'to-verify'): Outcome {
  return outcome === 'to-verify' ? 'busy' : outcome;
}
