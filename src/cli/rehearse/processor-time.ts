import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';

/** Who the processor worked for, in seconds of it. */
export interface ProcessorTime {
  /** The product: the app, and the steps of runs with all that they start: agents, checks and their git. */
  readonly app_s: number;
  readonly steps_s: number;
  /** The rehearsal itself: the embedded GitHub and the runner in this process, and the processes that work for them. */
  readonly rehearsal_s: number;
  readonly rehearsal_processes_s: number;
  /** How much of these is of processes that ended at one moment, and told apart by what such processes take on average. */
  readonly estimated_s: number;
}

type Part = 'app' | 'steps' | 'rehearsal';

/** What processes took that were seen to end at one moment. */
interface Ends {
  readonly parts: readonly Part[];
  readonly seconds: number;
}

/** The kernel shows processor time in hundredths of a second on every machine. */
const TICKS_PER_SECOND = 100;

/**
 * Tells apart what the processes that this one starts take of the processor. The kernel adds the time of a process, and of
 * all that it has waited for, to ours when it has ended: whichever ended since the last look has taken what came to it.
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html (cutime, cstime)
 */
export class ProcessorWatch {
  readonly #ofProcess: (pid: number | 'self') => string;
  readonly #live = new Set<ChildProcess>();
  readonly #ends: Ends[] = [];
  #ended: Part[] = [];
  #seen: number | undefined;

  /** @param ofProcess The file that tells of a process: there is none where the machine is no Linux. */
  constructor(ofProcess = (pid: number | 'self') => `/proc/${pid}/stat`) {
    this.#ofProcess = ofProcess;
    this.#seen = this.#read('self')?.children;
    subscribe('child_process', this.#onProcess);
  }

  /** @returns What was taken so far; null where this machine does not tell. */
  read(): ProcessorTime | null {
    const self = this.#read('self');
    if (!self) return null;
    this.#attribute();
    const seconds = share(this.#ends);
    for (const child of this.#live) {
      const so = child.pid === undefined ? undefined : this.#read(child.pid);
      if (so) seconds[partOf(child)] += so.own + so.children;
    }
    return {
      app_s: rounded(seconds.app),
      steps_s: rounded(seconds.steps),
      rehearsal_s: rounded(self.own),
      rehearsal_processes_s: rounded(seconds.rehearsal),
      estimated_s: rounded(sum(this.#ends.filter(({ parts }) => new Set(parts).size > 1))),
    };
  }

  close(): void {
    unsubscribe('child_process', this.#onProcess);
  }

  readonly #onProcess = (message: unknown): void => {
    const { process: child } = message as { readonly process: ChildProcess };
    this.#live.add(child);
    child.once('exit', () => {
      this.#live.delete(child);
      // All that end at one moment have come to us by the first of them.
      if (this.#ended.length === 0) setImmediate(() => this.#attribute());
      this.#ended.push(partOf(child));
    });
  };

  #attribute(): void {
    const children = this.#read('self')?.children;
    if (this.#ended.length === 0 || children === undefined) return;
    this.#ends.push({ parts: this.#ended, seconds: children - (this.#seen ?? 0) });
    this.#seen = children;
    this.#ended = [];
  }

  #read(pid: number | 'self'): { readonly own: number; readonly children: number } | undefined {
    try {
      const text = readFileSync(this.#ofProcess(pid), 'utf8');
      // The name in brackets may itself hold spaces and brackets: what follows the last one is regular.
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15).map(Number);
      return { own: (user + system) / TICKS_PER_SECOND, children: (childUser + childSystem) / TICKS_PER_SECOND };
    } catch {
      return undefined; // It has ended, or this machine has no such file.
    }
  }
}

/** Seconds of each part: those of several are shared by what their processes take where only one part's have ended. */
function share(ends: readonly Ends[]): Record<Part, number> {
  const mean = (of: Part) => {
    const clear = ends.filter(({ parts }) => parts.every((part) => part === of));
    return sum(clear) / Math.max(1, clear.flatMap(({ parts }) => parts).length) || 0.01;
  };
  const means = { app: mean('app'), steps: mean('steps'), rehearsal: mean('rehearsal') };
  const shares = { app: 0, steps: 0, rehearsal: 0 };
  for (const { parts, seconds } of ends) {
    const expected = parts.reduce((total, part) => total + means[part], 0);
    for (const part of parts) shares[part] += (seconds * means[part]) / expected;
  }
  return shares;
}

function sum(ends: readonly Ends[]): number {
  return ends.reduce((total, { seconds }) => total + seconds, 0);
}

/** By what was started: the app, what serves GitHub and its runner, and else the steps of runs. */
function partOf({ spawnfile, spawnargs }: ChildProcess): Part {
  if (spawnfile === process.execPath && spawnargs[2] === 'serve') return 'app';
  return spawnfile === 'git' || spawnfile === 'redis-server' ? 'rehearsal' : 'steps';
}

function rounded(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
