import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { uptime } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Output } from './output.ts';
import { hasEnvironmentEntry, type ProcessRow, readProcessTable } from './process-table.ts';

export interface CancelGrace {
  /** Milliseconds after SIGINT. */
  readonly sigterm: number;
  readonly sigkill: number;
}

interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
  /** Aborting it asks the process to end: SIGINT, SIGTERM, SIGKILL. */
  readonly stop: AbortSignal;
}

/** The machine of one job: it starts the processes of its steps and knows which processes of the system are its own. */
export class Machine {
  readonly #trackingId: string;
  readonly #grace: CancelGrace;
  readonly #live = new Set<ChildProcess>();
  /** Process groups and sessions that the job made and that may still hold somebody. */
  readonly #groups = new Set<number>();
  /** Seconds after the start of the system, rounded down by some margin. */
  readonly #began = uptime() - 2;
  #lost = false;

  constructor(trackingId: string, grace: CancelGrace) {
    this.#trackingId = trackingId;
    this.#grace = grace;
  }

  /** True once `kill` was called: nothing more is started. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Runs a program in a process group of its own and settles with its exit code; a signal counts as 128 and more. */
  async run(command: Command): Promise<number> {
    if (this.#lost) return 137;
    const child = spawn(command.command, command.args, {
      cwd: command.cwd,
      env: { ...command.env, RUNNER_TRACKING_ID: this.#trackingId },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = new Output([child.stdout, child.stderr], command.onLine);
    if (child.pid === undefined) {
      const [error] = await once(child, 'error');
      command.onLine(`##[error]${command.command} could not be started in ${command.cwd}: ${(error as Error).message}`);
      return 127;
    }
    const exited = once(child, 'exit');
    this.#live.add(child);
    this.#groups.add(child.pid);
    const calm = this.#stopOn(command.stop, child.pid);
    const [code, signal] = (await exited) as [number | null, NodeJS.Signals | null];
    calm();
    this.#live.delete(child);
    if (groupIsEmpty(child.pid)) this.#groups.delete(child.pid);
    await output.drained();
    return code ?? (signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 137);
  }

  /** The machine is gone: everything of this job dies at once, with all it started. */
  kill(): void {
    this.#lost = true;
    this.#killOwn();
  }

  /** Ends what a finished job left behind; settles when nothing of it is alive. */
  async clear(): Promise<void> {
    for (let round = 0; round < 100 && this.#killOwn() > 0; round++) await pause(10);
    this.#groups.clear();
  }

  #stopOn(stop: AbortSignal, pid: number): () => void {
    const timers: NodeJS.Timeout[] = [];
    const begin = (): void => {
      send(pid, 'SIGINT');
      timers.push(setTimeout(() => send(pid, 'SIGTERM'), this.#grace.sigterm));
      timers.push(setTimeout(() => this.#killFamily(pid), this.#grace.sigkill));
    };
    if (stop.aborted) begin();
    else stop.addEventListener('abort', begin, { once: true });
    return () => {
      stop.removeEventListener('abort', begin);
      for (const timer of timers) clearTimeout(timer);
    };
  }

  /** The group, and the descendants that left it for groups of their own, as an agent's processes do. */
  #killFamily(pid: number): void {
    const family = descendants(readProcessTable(), (row) => row.pid === pid);
    send(-pid, 'SIGKILL');
    for (const row of family) send(row.pid, 'SIGKILL');
  }

  #killOwn(): number {
    const table = readProcessTable();
    const roots = new Set([...this.#live].map((child) => child.pid));
    const own = descendants(
      table,
      (row) =>
        roots.has(row.pid) ||
        this.#groups.has(row.group) ||
        this.#groups.has(row.session) ||
        // Reading an environment is what costs here: only of those who could be ours.
        (!(row.started > 0 && row.started < this.#began) &&
          hasEnvironmentEntry(row.pid, `RUNNER_TRACKING_ID=${this.#trackingId}`)),
    );
    for (const group of this.#groups) {
      // A number that no process bears any more may come to bear a stranger.
      if (table.length === 0 || table.some((row) => row.group === group)) send(-group, 'SIGKILL');
    }
    for (const row of own) {
      // Remembered, so that what forked between the listing and the signal is found in the next round.
      if (row.group === row.pid) this.#groups.add(row.pid);
      send(row.pid, 'SIGKILL');
    }
    return own.length;
  }
}

function descendants(table: readonly ProcessRow[], isRoot: (row: ProcessRow) => boolean): readonly ProcessRow[] {
  const own = new Map(table.filter((row) => row.pid !== process.pid && isRoot(row)).map((row) => [row.pid, row]));
  for (let size = -1; size !== own.size; ) {
    size = own.size;
    for (const row of table) if (own.has(row.parent)) own.set(row.pid, row);
  }
  return [...own.values()];
}

function groupIsEmpty(group: number): boolean {
  try {
    process.kill(-group, 0);
    return false;
  } catch {
    return true;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended in the meantime: that is what the signal was for.
  }
}
