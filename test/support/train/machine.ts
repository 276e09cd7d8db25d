import type { Clock } from '../../../src/task/protocol/clock.ts';
import type { SimTime } from './sim-time.ts';

/** Stale reads show what was up to so long ago (ms), as GitHub's may. */
const MAX_STALE_MS = 40_000;

/** At one moment. */
const MAX_LOOKS = 1_000;

export interface MachineCourse {
  /** When it dies or is frozen, and for how long it is (ms); absolute. */
  readonly diesAt: number | undefined;
  readonly frozen: { readonly from: number; readonly until: number } | undefined;
  readonly clockOff: number;
  readonly stale: number;
  readonly unclear: number;
  readonly calmFrom: number;
}

/** A runner with its network: what runs on it stops with it, and what it asks for takes its time. */
export class Machine {
  readonly clock: Clock;
  readonly #time: SimTime;
  readonly #course: MachineCourse;
  readonly #random: () => number;
  #lookedAt = 0;
  #looks = 0;

  constructor({
    time,
    course,
    random,
  }: { readonly time: SimTime; readonly course: MachineCourse; readonly random: () => number }) {
    this.#time = time;
    this.#course = course;
    this.#random = random;
    this.clock = {
      now: () => time.now + course.clockOff,
      elapsed: () => this.#look(),
      sleep: async (milliseconds) => {
        await time.sleep(milliseconds);
        await this.#awake();
      },
    };
  }

  get isDead(): boolean {
    return this.#time.now >= (this.#course.diesAt ?? Number.POSITIVE_INFINITY);
  }

  /** @throws where nothing but thinking is done. */
  #look(): number {
    this.#looks = this.#time.now === this.#lookedAt ? this.#looks + 1 : 0;
    this.#lookedAt = this.#time.now;
    if (this.#looks > MAX_LOOKS) throw new Error('a run thinks without end');
    return this.#time.now;
  }

  /** @param answer Is given the moment that the answer shows. */
  async read<Value>(answer: (at: number) => Value): Promise<Value> {
    await this.#awake();
    await this.#time.sleep(this.#latency());
    const isStale = this.#isCalm ? false : this.#random() < this.#course.stale;
    const found = answer(this.#time.now - (isStale ? this.#random() * MAX_STALE_MS : 0));
    await this.#time.sleep(this.#latency());
    await this.#awake();
    return found;
  }

  /** @returns Undefined where the answer is lost, be it that the push got through or not. */
  async push<Value>(act: () => Value): Promise<Value | undefined> {
    await this.#awake();
    await this.#time.sleep(this.#latency());
    const isUnclear = this.#isCalm ? false : this.#random() < this.#course.unclear;
    const done = isUnclear && this.#random() < 0.5 ? undefined : act();
    await this.#time.sleep(this.#latency());
    await this.#awake();
    return isUnclear ? undefined : done;
  }

  /** Never comes back on a dead machine. */
  async #awake(): Promise<void> {
    const { frozen } = this.#course;
    if (frozen && this.#time.now >= frozen.from && this.#time.now < frozen.until)
      await this.#time.sleep(frozen.until - this.#time.now);
    if (this.isDead) await new Promise(() => undefined);
  }

  get #isCalm(): boolean {
    return this.#time.now >= this.#course.calmFrom;
  }

  #latency(): number {
    return 100 + 400 * this.#random();
  }
}
