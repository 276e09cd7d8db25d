import { Heap } from '../../decide/schedule/search/heap.ts';
import { HeldPlaces, type Places, placesOf } from '../../decide/schedule/search/places.ts';
import type { Config } from '../../plan/config.ts';
import { type Edges, edgesOf } from '../../plan/edges.ts';
import { buildGraph, type Graph } from '../../plan/graph.ts';
import type { Plan } from '../../plan/plan.ts';
import { backoffAfter } from '../../state/backoff.ts';
import { TIMINGS } from '../../state/timings.ts';
import type { Attempt, OutcomeModel, SimulationRun } from './outcome-model.ts';
import { PriorityOracle } from './priority-oracle.ts';
import { type Ranks, ranksOf } from './ranks.ts';
import { ReadyQueue } from './ready-queue.ts';

/** A plan made ready once, to be carried out many times. Tasks are named by their place in the plan. */
export interface PreparedPlan {
  readonly plan: Plan;
  readonly graph: Graph;
  readonly ranks: Ranks;
  /** What each task waits for, and what waits for it: tasks that the plan lists as completed are left out. */
  readonly missing: Int32Array;
  readonly after: Edges;
  readonly places: Places | undefined;
}

export function preparePlan(plan: Plan): PreparedPlan {
  const graph = buildGraph(plan);
  const open = new Map(plan.tasks.flatMap(({ id, status }, place) => (status === 'completed' ? [] : [[id, place]])));
  const missing = new Int32Array(plan.tasks.length);
  const pairs: number[] = [];
  for (const [place, { dependencies }] of plan.tasks.entries()) {
    for (const id of dependencies) {
      const before = open.get(id);
      if (before === undefined) continue;
      missing[place] = (missing[place] ?? 0) + 1;
      pairs.push(before, place);
    }
  }
  const after = edgesOf(pairs, plan.tasks.length);
  return { plan, graph, ranks: ranksOf(plan, graph), missing, after, places: placesOf(plan.tasks) };
}

export interface RunInput {
  readonly prepared: PreparedPlan;
  /** Its `max_parallel` and `attempts` count. */
  readonly config: Pick<Config, 'max_parallel' | 'attempts'>;
  readonly outcomes: OutcomeModel;
  /** The order of `priorityOf` to keep to; without it, every pass looks for the best one as `decide` does. */
  readonly order?: number;
  /** Called after each task with the number of tasks done so far. */
  readonly progress?: (done: number) => void;
}

/**
 * Carries a plan out as `runWithDecide` does, without GitHub in between: the same choice at the same moments. That both give the
 * same schedule is held by a property test. With an `order` given it costs a microsecond or two a task.
 */
export function runSchedule(input: RunInput): SimulationRun {
  return new ScheduleRun(input).play();
}

class ScheduleRun {
  readonly #input: RunInput;
  readonly #missing: Int32Array;
  readonly #queue: ReadyQueue;
  readonly #oracle: PriorityOracle | undefined;
  readonly #held: HeldPlaces | undefined;
  /** Which slots are taken, from A1 on. */
  readonly #slots: boolean[];
  /** When the attempt at each task ends, or the next one may start. */
  readonly #ends: Float64Array;
  readonly #wakes: Float64Array;
  readonly #running: Heap;
  readonly #waiting: Heap;
  readonly #attemptCounts: Int32Array;
  /** Failures of each task since a person was asked. */
  readonly #failures: Int32Array;
  readonly #live = new Map<number, Attempt>();
  readonly #attempts: Attempt[] = [];
  #asked = 0;
  #done = 0;

  constructor(input: RunInput) {
    const { plan, graph, ranks, missing, places } = input.prepared;
    const slots = input.config.max_parallel;
    const count = plan.tasks.length;
    this.#input = input;
    this.#missing = missing.slice();
    this.#queue = new ReadyQueue(ranks, input.order ?? 0);
    this.#oracle = input.order === undefined ? new PriorityOracle({ plan, graph, ranks, slots }) : undefined;
    this.#held = places && new HeldPlaces(places);
    this.#slots = Array.from({ length: slots }, () => false);
    this.#ends = new Float64Array(count);
    this.#wakes = new Float64Array(count);
    this.#running = new Heap(this.#ends);
    this.#waiting = new Heap(this.#wakes);
    this.#attemptCounts = new Int32Array(count);
    this.#failures = new Int32Array(count);
  }

  play(): SimulationRun {
    for (const [place, { status }] of this.#input.prepared.plan.tasks.entries()) {
      if (status !== 'completed' && this.#missing[place] === 0) this.#makeReady(place);
    }
    for (let now = 0; ; ) {
      this.#start(now);
      const next = Math.min(soonest(this.#running, this.#ends), soonest(this.#waiting, this.#wakes));
      if (next === Number.POSITIVE_INFINITY) return { attempts: this.#attempts, asked: this.#asked };
      now = next;
      while (soonest(this.#running, this.#ends) <= now) this.#end(this.#running.pop());
      while (soonest(this.#waiting, this.#wakes) <= now) this.#makeReady(this.#waiting.pop());
    }
  }

  #makeReady(place: number): void {
    this.#queue.add(place);
    this.#oracle?.ready(place);
  }

  /** One pass: free slots go to ready tasks. */
  #start(now: number): void {
    let free = this.#slots.length - this.#running.size;
    if (free === 0 || this.#queue.size === 0) return;
    const choice = this.#queue.size > free || this.#queue.some((place) => this.#touches(place));
    if (this.#oracle)
      this.#queue.arrange(choice ? this.#oracle.order(now) : { order: 0, ranks: this.#input.prepared.ranks });
    const started = this.#queue.take((place) => {
      if (free === 0) return 'stop';
      if (this.#held?.areFreeFor(place) === false) return 'leave';
      this.#held?.change(place, 1);
      free -= 1;
      return 'take';
    });
    for (const place of started) this.#dispatch(place, now);
  }

  #touches(place: number): boolean {
    return (this.#input.prepared.plan.tasks[place]?.touches.length ?? 0) > 0;
  }

  #dispatch(place: number, now: number): void {
    const task = this.#input.prepared.plan.tasks[place];
    if (!task) throw new Error(`the plan has no task at ${place}`);
    const attempt = (this.#attemptCounts[place] ?? 0) + 1;
    const { seconds, failed } = this.#input.outcomes(task, attempt);
    const slot = this.#slots.indexOf(false);
    const run: Attempt = { task: task.id, attempt, agent: `A${slot + 1}`, start: now, end: now + seconds, failed };
    this.#slots[slot] = true;
    this.#attemptCounts[place] = attempt;
    this.#ends[place] = run.end;
    this.#live.set(place, run);
    this.#attempts.push(run);
    this.#running.push(place);
    this.#oracle?.started(place, run);
  }

  #end(place: number): void {
    const run = this.#live.get(place);
    if (!run) throw new Error(`nothing runs for the task at ${place}`);
    this.#slots[Number(run.agent.slice(1)) - 1] = false;
    this.#held?.change(place, -1);
    const asked = run.failed && run.attempt % this.#input.config.attempts === 0;
    this.#oracle?.ended(place, { ...run, asked });
    if (run.failed) this.#repeat(place, { task: run.task, end: run.end, asked });
    else this.#release(place);
  }

  /** A task that a person asks for again goes on at once, otherwise after a pause that doubles, as `classify` has it. */
  #repeat(place: number, { task, end, asked }: Pick<Attempt, 'task' | 'end'> & { readonly asked: boolean }): void {
    const failures = asked ? 0 : (this.#failures[place] ?? 0) + 1;
    this.#failures[place] = failures;
    if (asked) {
      this.#asked += 1;
      this.#makeReady(place);
      return;
    }
    this.#wakes[place] = end + backoffAfter({ task, failures }, TIMINGS) / 1_000;
    this.#waiting.push(place);
  }

  #release(place: number): void {
    const { from, to } = this.#input.prepared.after;
    this.#done += 1;
    this.#input.progress?.(this.#done);
    for (let at = from[place] ?? 0; at < (from[place + 1] ?? 0); at++) {
      const other = to[at] ?? 0;
      const missing = (this.#missing[other] ?? 0) - 1;
      this.#missing[other] = missing;
      if (missing === 0 && this.#input.prepared.plan.tasks[other]?.status !== 'completed') this.#makeReady(other);
    }
  }
}

function soonest(heap: Heap, keys: Float64Array): number {
  return heap.size === 0 ? Number.POSITIVE_INFINITY : (keys[heap.top] ?? 0);
}
