import { Heap } from './search/heap.ts';

/** A task to be laid out. Times are epoch milliseconds, durations milliseconds. */
export interface TimelineJob {
  readonly duration: number;
  /** Of several that can start, the one that ranks highest does; of equal ones, the first given. */
  readonly rank: number;
  /** Other jobs that must have ended before, by their places in what is given. Of one that has started they do not matter. */
  readonly needs: readonly number[];
  /** Started already: when it ends, and the slot that it holds until then, if any. */
  readonly running?: { readonly end: number; readonly slot: string | undefined } | undefined;
}

export interface TimelineEntry {
  /** The place of the job in what was given. */
  readonly job: number;
  readonly start: number;
  readonly end: number;
  readonly slot: string | undefined;
}

/**
 * One time line for people, on slots with names: no slot idles while a job could start on it. Jobs that need each other
 * in a circle are left out. Which order is best is the search's business (`ListScheduler`).
 *
 * @returns Running jobs, then the others in order of start.
 */
export function layOutTimeline(input: {
  readonly jobs: readonly TimelineJob[];
  readonly slots: number;
  readonly from: number;
}): readonly TimelineEntry[] {
  const placed: TimelineEntry[] = [];
  const free = freeSlots(input);
  const waiting = new WaitingJobs(input.jobs, input.from);
  for (const [job, { running, duration }] of input.jobs.entries()) {
    if (!running) continue;
    placed.push({ job, start: running.end - duration, end: running.end, slot: running.slot });
    waiting.ended(job, running.end);
  }
  for (;;) {
    const slot = firstFree(free);
    const next = waiting.take(slot.at);
    if (!next) return placed;
    const { job, duration, release } = next;
    const start = Math.max(slot.at, release);
    const end = start + duration;
    placed.push({ job, start, end, slot: slot.name });
    waiting.ended(job, end);
    slot.at = end;
  }
}

interface Slot {
  readonly name: string;
  at: number;
}

function firstFree(slots: readonly Slot[]): Slot {
  let first = slots[0] as Slot;
  for (const slot of slots) if (slot.at < first.at) first = slot;
  return first;
}

/** A1..AN with the moment each is free; a job on a slot beyond N (there were more once) takes none of them. */
function freeSlots({
  jobs,
  slots,
  from,
}: {
  readonly jobs: readonly TimelineJob[];
  readonly slots: number;
  readonly from: number;
}): readonly Slot[] {
  const taken = new Map(jobs.flatMap(({ running }) => (running?.slot ? [[running.slot, running.end] as const] : [])));
  return Array.from({ length: Math.max(1, slots) }, (_, index) => {
    const name = `A${index + 1}`;
    return { name, at: Math.max(from, taken.get(name) ?? from) };
  });
}

interface Released {
  readonly job: number;
  readonly duration: number;
  /** When everything that it needs has ended. */
  readonly release: number;
}

/** Jobs that have not started: those that wait for a need, those that could start later, and those that could now. */
class WaitingJobs {
  readonly #jobs: readonly TimelineJob[];
  /** By job: how many of its needs have no end yet, and when those end that have one. */
  readonly #missing: Int32Array;
  readonly #releases: Float64Array;
  readonly #dependents: (number[] | undefined)[];
  /** Those without a missing need: the one that is released first is on top. */
  readonly #later: Heap;
  /** Those of them that were released by the latest moment asked for: the one that ranks highest is on top. */
  readonly #ready: Heap;

  constructor(jobs: readonly TimelineJob[], from: number) {
    this.#jobs = jobs;
    this.#missing = Int32Array.from(jobs, ({ needs }) => needs.length);
    this.#releases = new Float64Array(jobs.length).fill(from);
    this.#dependents = new Array(jobs.length);
    this.#later = new Heap(this.#releases);
    this.#ready = new Heap(Float64Array.from(jobs, ({ rank }) => -rank));
    for (const [index, { needs, running }] of jobs.entries()) {
      if (running) continue;
      if (needs.length === 0) this.#later.push(index);
      for (const need of needs) {
        const dependents = this.#dependents[need];
        if (dependents) dependents.push(index);
        else this.#dependents[need] = [index];
      }
    }
  }

  ended(job: number, at: number): void {
    for (const dependent of this.#dependents[job] ?? []) {
      this.#releases[dependent] = Math.max(this.#releaseOf(dependent), at);
      const missing = (this.#missing[dependent] as number) - 1;
      this.#missing[dependent] = missing;
      if (missing === 0) this.#later.push(dependent);
    }
  }

  /**
   * The best job that can start at that moment; where there is none, the best of those that can start soonest.
   *
   * @param at No earlier than the moment asked for before.
   */
  take(at: number): Released | undefined {
    this.#release(at);
    if (this.#ready.size === 0 && this.#later.size > 0) this.#release(this.#releaseOf(this.#later.top));
    if (this.#ready.size === 0) return undefined;
    const job = this.#ready.pop();
    return { job, duration: (this.#jobs[job] as TimelineJob).duration, release: this.#releaseOf(job) };
  }

  #release(at: number): void {
    while (this.#later.size > 0 && this.#releaseOf(this.#later.top) <= at) this.#ready.push(this.#later.pop());
  }

  #releaseOf(index: number): number {
    return this.#releases[index] as number;
  }
}
