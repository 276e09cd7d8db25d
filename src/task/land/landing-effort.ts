import type { LandingEffort } from '../../state/result.ts';
import type { Clock } from '../protocol/clock.ts';
import { readOutput } from '../protocol/outputs.ts';
import type { StepContext } from '../protocol/step.ts';

const NONE: LandingEffort = { verifications: 0, on_head: 0, verified_s: 0, waited_s: 0, conflicts: 0 };

/** Counts what it takes until work has landed: what the steps before have counted, and what this one adds. */
export class EffortCounter {
  readonly #clock: Pick<Clock, 'elapsed'>;
  readonly #before: LandingEffort;
  #verifications = 0;
  #onHead = 0;
  #conflicts = 0;
  /** Milliseconds of verifications that have ended, and when the one that goes on began. */
  #verified = 0;
  #since: number | undefined;
  /** Milliseconds on the way, and those of them that something was verified in. */
  #travelled = 0;

  constructor(clock: Pick<Clock, 'elapsed'>, before: LandingEffort = NONE) {
    this.#clock = clock;
    this.#before = before;
  }

  /** @param where.onHead It stands on nothing but what has landed. */
  begins({ onHead }: { readonly onHead: boolean }): void {
    this.#verifications += 1;
    if (onHead) this.#onHead += 1;
    this.#since = this.#clock.elapsed();
  }

  /** It has ended or was stopped; where none goes on, nothing happens. */
  ends(): void {
    if (this.#since !== undefined) this.#verified += this.#clock.elapsed() - this.#since;
    this.#since = undefined;
  }

  meetsConflict(): void {
    this.#conflicts += 1;
  }

  /** What of this is not verification is waiting: for others, and for the remote. */
  async travels<End>(travel: () => Promise<End>): Promise<End> {
    const [began, verified] = [this.#clock.elapsed(), this.#verified];
    try {
      return await travel();
    } finally {
      this.#travelled += this.#clock.elapsed() - began - (this.#verified - verified);
    }
  }

  get effort(): LandingEffort {
    const before = this.#before;
    return {
      verifications: before.verifications + this.#verifications,
      on_head: before.on_head + this.#onHead,
      verified_s: seconds(1_000 * before.verified_s + this.#verified),
      waited_s: seconds(1_000 * before.waited_s + this.#travelled),
      conflicts: before.conflicts + this.#conflicts,
    };
  }
}

function seconds(milliseconds: number): number {
  return Math.max(0, Math.round(milliseconds / 100) / 10);
}

type Reader = Pick<StepContext, 'job' | 'environment'>;

/** Goes on counting where the step before left off: another job may have verified again what it could not land. */
export function countEffort(context: Reader & Pick<StepContext, 'clock'>): EffortCounter {
  return new EffortCounter(context.clock, lastEffort(context));
}

/** @returns What the steps have counted so far: undefined where the work never came so far as to be verified. */
export function lastEffort(context: Reader): LandingEffort | undefined {
  const [verify, land] = [readOutput(context, 'verify.effort'), readOutput(context, 'land.effort')];
  // Each has counted on from the one before it: the last has counted most.
  return [verify, land].reduce((most, effort) => (weight(effort) >= weight(most) ? effort : most));
}

function weight(effort: LandingEffort | undefined): number {
  return effort === undefined ? -1 : effort.verifications + effort.verified_s + effort.waited_s + effort.conflicts;
}
