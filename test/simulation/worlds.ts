import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type SimulationEnd, type SimulationInput, simulate } from './simulation.ts';
import { realNow } from './world/virtual-time.ts';

/** Where a world lives mostly (MB): with less, every second request ends with a collection. */
const YOUNG_MB = 64;

export interface WorldsInput {
  readonly from: number;
  /** How many at most. */
  readonly seeds: number;
  /** No new world is begun after so long. */
  readonly seconds: number;
  /** 0: in this thread. */
  readonly workers: number;
  readonly inputOf: (seed: number) => SimulationInput;
}

/** As many as there are cores. */
export const ALL_CORES = availableParallelism();

/**
 * Plays worlds in threads, each of which has a clock and globals of its own: a seed leads to the same bytes whichever
 * plays it. Ends come in the order of their seeds; who wants no more of them ends the iteration.
 */
export async function* playWorlds(given: WorldsInput): AsyncGenerator<SimulationEnd> {
  const { from, seeds, seconds, workers, inputOf } = given;
  const began = realNow();
  const isOver = (seed: number) => seed >= from + seeds || realNow() - began >= seconds * 1_000;
  if (workers === 0) {
    for (let seed = from; !isOver(seed); seed++) yield await simulate(inputOf(seed));
    return;
  }
  const ends = new Map<number, Promise<SimulationEnd>>();
  const threads = Array.from({ length: Math.min(workers, seeds) }, () => new Thread());
  let next = from;
  let isStopped = false;
  const keepBusy = async (thread: Thread) => {
    for (; !isStopped && !isOver(next); ) {
      const end = thread.play(inputOf(next));
      ends.set(next++, end);
      await end;
    }
  };
  try {
    const all = Promise.all(threads.map(keepBusy));
    // Told where its world is asked for.
    all.catch(() => undefined);
    for (let seed = from; ; seed++) {
      const end = ends.get(seed);
      if (!end) {
        // Every thread had a world at once: none is begun any more.
        await all;
        if (!ends.has(seed)) return;
      }
      yield await (ends.get(seed) as Promise<SimulationEnd>);
      ends.delete(seed);
    }
  } finally {
    isStopped = true;
    await Promise.all(threads.map((thread) => thread.stop()));
  }
}

/** One that plays a world at a time. */
class Thread {
  readonly #worker = new Worker(new URL('./worlds-thread.ts', import.meta.url), {
    // Of this process's own variables nothing is needed. The GraphQL library leaves out its checks for developers.
    env: { NODE_ENV: 'production', TMPDIR: process.env.TMPDIR ?? '' },
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });

  async play(input: SimulationInput): Promise<SimulationEnd> {
    const { promise, resolve, reject } = Promise.withResolvers<SimulationEnd>();
    const onExit = () => reject(new Error(`the thread that played seed ${input.seed} ended before its world did`));
    const onError = (cause: Error) => reject(new Error(`seed ${input.seed} broke off: ${cause.message}`, { cause }));
    this.#worker.once('message', resolve).once('error', onError).once('exit', onExit);
    this.#worker.postMessage(input);
    try {
      return await promise;
    } finally {
      this.#worker.off('message', resolve).off('error', onError).off('exit', onExit);
    }
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
