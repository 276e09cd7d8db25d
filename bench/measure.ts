export interface Timing {
  /** Milliseconds that passed. */
  readonly median: number;
  readonly p95: number;
  /** Milliseconds that this thread was given a processor for, on average: on a machine that is shared, the truer figure. */
  readonly cpu: number;
}

/** How long work takes, once it is warm. @param fresh Makes what one round works on, outside of the time taken. */
export function measure<T>({ rounds, fresh, work }: Measured<T>): Timing {
  const times: number[] = [];
  let cpu = 0;
  for (let round = -WARM_UP; round < rounds; round++) {
    const values = fresh();
    const before = cpuMs();
    const begin = performance.now();
    work(values);
    const passed = performance.now() - begin;
    const used = cpuMs() - before;
    if (round < 0) continue;
    times.push(passed);
    cpu += used;
  }
  return { median: quantile(times, 0.5), p95: quantile(times, 0.95), cpu: cpu / rounds };
}

export interface Comparison {
  /** Milliseconds of processor of the quickest round of each. */
  readonly work: number;
  readonly peer: number;
}

/** Work and its peer by turns, so that both meet the same machine. What others do on it makes no round quicker. */
export function compare<T>({ rounds, fresh, work, peer }: Measured<T> & { readonly peer: () => unknown }): Comparison {
  const best = { work: Number.POSITIVE_INFINITY, peer: Number.POSITIVE_INFINITY };
  for (let round = -WARM_UP; round < rounds; round++) {
    const values = fresh();
    const times = { work: cpuOf(() => work(values)), peer: cpuOf(peer) };
    if (round < 0) continue;
    best.work = Math.min(best.work, times.work);
    best.peer = Math.min(best.peer, times.peer);
  }
  return best;
}

function cpuOf(work: () => unknown): number {
  const before = cpuMs();
  work();
  return cpuMs() - before;
}

const NOBODY = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/**
 * Milliseconds of processor that this thread was given. Linux counts them at each tick, of 4 ms by default, and when a thread
 * gives way: this one does for a moment, or the quickest of many rounds would be the one that the ticks missed.
 */
function cpuMs(): number {
  Atomics.wait(NOBODY, 0, 0, 0.01);
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** @param bound How many times its peer it may take. */
export function showAgainst(name: string, { work, peer }: Comparison, bound: number): void {
  const ratio = (work / peer).toFixed(2);
  console.log(
    `  ${name.padEnd(44)}${work.toFixed(1).padStart(8)}${peer.toFixed(1).padStart(8)}${`${ratio} ×`.padStart(10)}   at most ${bound} ×`,
  );
}

export function showAgainstHead(title: string): void {
  console.log(`${title.padEnd(46)}  cpu ms    peer     ratio`);
}

/** @param share 0.5 for the median, 1 for the largest. */
export function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export interface Measured<T> {
  readonly rounds: number;
  readonly fresh: () => T;
  readonly work: (given: T) => unknown;
}

/** Rounds before the first that counts: the engine compiles what runs often. */
const WARM_UP = 15;

/** What a column of `showRatio` is, and what it is compared with. */
export function showRatioHead(title: string, { unit, bound }: { readonly unit: string; readonly bound: string }): void {
  console.log(`\n${title.padEnd(54)}${unit.padStart(8)}   × ${bound}`);
}

/** @param bound In the unit of `took`. */
export function showRatio(
  name: string,
  { took, bound, digits = 1 }: { readonly took: number; readonly bound: number; readonly digits?: number },
): void {
  console.log(`  ${name.padEnd(52)}${took.toFixed(digits).padStart(8)}${(took / bound).toFixed(2).padStart(10)} ×`);
}

export function showHead(title: string): void {
  console.log(`${title.padEnd(46)}  median     p95   cpu (ms)`);
}

export function show(name: string, { median, p95, cpu }: Timing): void {
  console.log(`  ${name.padEnd(44)}${[median, p95, cpu].map((time) => time.toFixed(1).padStart(8)).join('')}`);
}
