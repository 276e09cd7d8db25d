import type { Edges } from '../../plan/edges.ts';
import type { Graph } from '../../plan/graph.ts';
import { Heap } from './search/heap.ts';
import { LowestFirst } from './search/lowest-first.ts';

/** Tasks to be laid out, by their places in the plan. Times are epoch milliseconds, durations milliseconds. */
export interface TimelineJobs {
  /** 1 of each that is laid out; what needs others waits for no others than these. */
  readonly included: Uint8Array;
  readonly durations: Float64Array;
  /** All places: of several jobs that can start, the one that comes first here does. */
  readonly order: Int32Array;
  /** Started already: what they need does not matter. */
  readonly running: ReadonlyMap<number, RunningJob>;
}

export interface RunningJob {
  /** When it ends. */
  readonly end: number;
  /** The slot that it holds until then, if any. */
  readonly slot: string | undefined;
}

export interface TimelineEntry {
  /** The place of the task in the plan. */
  readonly place: number;
  readonly start: number;
  readonly end: number;
  readonly slot: string | undefined;
}

interface TimelineInput extends TimelineJobs {
  readonly graph: Pick<Graph, 'before' | 'after'>;
  readonly slots: number;
  readonly from: number;
}

/**
 * One time line for people, on slots with names: no slot idles while a job could start on it. Jobs that need each other
 * in a circle are left out. Which order is best is the search's business (`ListScheduler`).
 *
 * @returns Running jobs, then the others in order of start.
 */
export function layOutTimeline(input: TimelineInput): readonly TimelineEntry[] {
  const placed: TimelineEntry[] = [];
  const slots = namedSlots(input);
  const waiting = new WaitingJobs(input);
  for (const [place, { end, slot }] of input.running) {
    placed.push({ place, start: end - (input.durations[place] as number), end, slot });
    waiting.begun(place, end);
  }
  for (;;) {
    const slot = firstFree(slots);
    const place = waiting.take(slot.at);
    if (place === undefined) return placed;
    const start = Math.max(slot.at, waiting.releases[place] as number);
    const end = start + (input.durations[place] as number);
    placed.push({ place, start, end, slot: slot.name });
    waiting.begun(place, end);
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
function namedSlots({ running, slots, from }: TimelineInput): readonly Slot[] {
  const taken = new Map(Array.from(running.values(), ({ slot, end }) => [slot, end] as const));
  return Array.from({ length: Math.max(1, slots) }, (_, index) => {
    const name = `A${index + 1}`;
    return { name, at: Math.max(from, taken.get(name) ?? from) };
  });
}

/** Jobs that have not started: those that wait for a need, and those that could start. */
class WaitingJobs {
  /** When everything has ended that a job needs. */
  readonly releases: Float64Array;
  readonly #after: Edges;
  /** How many of its needs have not ended. */
  readonly #missing: Int32Array;
  readonly #order: Int32Array;
  /** The reverse: by place, when its turn comes. */
  readonly #turns: Int32Array;
  /** Turns of those without a missing need. */
  readonly #ready: LowestFirst;
  readonly #ends: Float64Array;
  /** Begun, and not ended by the latest moment asked for: the one that ends first is on top. */
  readonly #begun: Heap;

  constructor({ included, order, running, graph: { before, after }, from }: TimelineInput) {
    this.releases = new Float64Array(included.length).fill(from);
    this.#after = after;
    this.#missing = new Int32Array(included.length);
    this.#order = order;
    this.#turns = new Int32Array(order.length);
    for (let turn = 0; turn < order.length; turn++) this.#turns[order[turn] as number] = turn;
    this.#ready = new LowestFirst(order.length);
    this.#ends = new Float64Array(included.length);
    this.#begun = new Heap(this.#ends);
    for (let place = 0; place < included.length; place++) {
      if (included[place] === 0 || running.has(place)) continue;
      let missing = 0;
      for (let edge = before.from[place] as number; edge < (before.from[place + 1] as number); edge++)
        missing += included[before.to[edge] as number] as number;
      this.#missing[place] = missing;
      if (missing === 0) this.#ready.add(this.#turns[place] as number);
    }
  }

  begun(place: number, end: number): void {
    this.#ends[place] = end;
    this.#begun.push(place);
  }

  /**
   * The best job that can start at that moment; where there is none, the best of those that can start soonest.
   *
   * @param at No earlier than the moment asked for before.
   */
  take(at: number): number | undefined {
    this.#endUntil(at);
    while (this.#ready.size === 0 && this.#begun.size > 0) this.#endUntil(this.#ends[this.#begun.top] as number);
    return this.#ready.size === 0 ? undefined : this.#order[this.#ready.take()];
  }

  #endUntil(at: number): void {
    const { from, to } = this.#after;
    while (this.#begun.size > 0 && (this.#ends[this.#begun.top] as number) <= at) {
      const place = this.#begun.pop();
      for (let edge = from[place] as number; edge < (from[place + 1] as number); edge++) {
        const dependent = to[edge] as number;
        const missing = (this.#missing[dependent] as number) - 1;
        this.#missing[dependent] = missing;
        if (missing !== 0) continue;
        this.releases[dependent] = Math.max(this.releases[dependent] as number, this.#ends[place] as number);
        this.#ready.add(this.#turns[dependent] as number);
      }
    }
  }
}
