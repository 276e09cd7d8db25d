import { Heap } from './heap.ts';
import type { IndexedJobs } from './indexed-jobs.ts';
import { HeldPlaces } from './places.ts';

/**
 * List scheduling of the same jobs over and over, each time in another order: no slot idles while a job could start on
 * it. It knows of jobs that may not run side by side and says when each starts, not on which slot; `layOutTimeline`
 * lays out one schedule for people. Its memory is taken once, so that a schedule costs about a hundred nanoseconds a job.
 */
export class ListScheduler {
  /** When each job of the last schedule made starts, in minutes from now; -1 where it was given up before. */
  readonly start: Float64Array;
  /** When each job of the last schedule made ends. */
  readonly end: Float64Array;
  /** Jobs that were set aside because another one changes the same files, in all schedules made. */
  detours = 0;

  readonly #indexed: IndexedJobs;
  readonly #slots: number;
  readonly #maxDetours: number;
  /** Needs of each job that have not ended. */
  readonly #missing: Int32Array;
  /** Jobs that could start, the highest priority on top. */
  readonly #ready: Heap;
  /** Jobs that nothing but their release holds, the soonest on top. */
  readonly #waiting: Heap;
  readonly #running: Heap;
  readonly #keys: Float64Array;
  readonly #held: HeldPlaces | undefined;

  /** @param limits How many jobs may run at once; how many detours there may be before a schedule is given up. */
  constructor(
    indexed: IndexedJobs,
    { slots, maxDetours = Number.POSITIVE_INFINITY }: { readonly slots: number; readonly maxDetours?: number },
  ) {
    const count = indexed.jobs.length;
    this.#indexed = indexed;
    this.#slots = slots;
    this.#maxDetours = maxDetours;
    this.start = new Float64Array(count);
    this.end = new Float64Array(count);
    this.#missing = new Int32Array(count);
    this.#keys = new Float64Array(count);
    this.#ready = new Heap(this.#keys);
    this.#waiting = new Heap(indexed.release);
    this.#running = new Heap(this.end);
    this.#held = indexed.places && new HeldPlaces(indexed.places);
  }

  /**
   * @param priorities By index of job: of those that could start, the highest does.
   * @param latest Give up once the schedule is known to end after this moment.
   * @returns When the last job ends, in minutes from now; infinity when it gave up. A job whose needs wait for each
   * other never starts.
   */
  run(priorities: Float64Array, latest: number = Number.POSITIVE_INFINITY): number {
    let free = this.#begin(priorities);
    let now = 0;
    for (;;) {
      this.#release(now);
      free = this.#fill(free, now);
      const next = this.#nextMoment(free);
      if (next === undefined) return now;
      if (next > latest || this.detours > this.#maxDetours) return Number.POSITIVE_INFINITY;
      now = next;
      free += this.#finish(now);
    }
  }

  /** Jobs that the last schedule made starts now, by index. */
  startedNow(): number[] {
    const jobs: number[] = [];
    for (let job = 0; job < this.start.length; job++) {
      if (this.start[job] === 0 && (this.#indexed.release[job] as number) >= 0) jobs.push(job);
    }
    return jobs;
  }

  /** @returns How many slots are free: fewer than none when more jobs run than there are slots. */
  #begin(priorities: Float64Array): number {
    const { minutes, release, before } = this.#indexed;
    this.#ready.size = 0;
    this.#waiting.size = 0;
    this.#running.size = 0;
    this.#held?.clear();
    let free = this.#slots;
    for (let job = 0; job < minutes.length; job++) {
      const first = release[job] as number;
      const missing = (before.from[job + 1] as number) - (before.from[job] as number);
      this.#keys[job] = -(priorities[job] as number);
      this.#missing[job] = missing;
      this.start[job] = -1;
      if (first < 0) {
        this.#start(job, 0);
        free--;
      } else if (missing === 0) this.#waiting.push(job);
    }
    return free;
  }

  #start(job: number, now: number): void {
    this.start[job] = now;
    this.end[job] = now + (this.#indexed.minutes[job] as number);
    this.#running.push(job);
    this.#held?.change(job, 1);
  }

  #release(now: number): void {
    const waiting = this.#waiting;
    while (waiting.size > 0 && (this.#indexed.release[waiting.top] as number) <= now) this.#ready.push(waiting.pop());
  }

  #fill(free: number, now: number): number {
    const aside: number[] = [];
    let left = free;
    while (left > 0 && this.#ready.size > 0) {
      const job = this.#ready.pop();
      if (this.#held?.areFreeFor(job) === false) aside.push(job);
      else {
        this.#start(job, now);
        left--;
      }
    }
    this.detours += aside.length;
    for (const job of aside) this.#ready.push(job);
    return left;
  }

  /** When something ends, or may start on a slot that is free. */
  #nextMoment(free: number): number | undefined {
    const ends = this.#running.size > 0 ? (this.end[this.#running.top] as number) : undefined;
    const starts = this.#waiting.size > 0 ? (this.#indexed.release[this.#waiting.top] as number) : undefined;
    if (ends === undefined) return starts;
    return free > 0 && starts !== undefined && starts < ends ? starts : ends;
  }

  #finish(now: number): number {
    const { from, to } = this.#indexed.after;
    const running = this.#running;
    let ended = 0;
    while (running.size > 0 && (this.end[running.top] as number) <= now) {
      const job = running.pop();
      this.#held?.change(job, -1);
      ended++;
      for (let at = from[job] as number; at < (from[job + 1] as number); at++) {
        const other = to[at] as number;
        const missing = (this.#missing[other] as number) - 1;
        this.#missing[other] = missing;
        if (missing > 0) continue;
        this.#waiting.push(other);
      }
    }
    return ended;
  }
}
