import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { killLeftovers, MARK, signalGroup } from './leftovers.ts';
import { say, stopCommands, withoutColour } from './log.ts';

export interface Program {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly environment: NodeJS.ProcessEnv;
  readonly input?: string;
  /** Where the output is kept in full. */
  readonly log: string;
  readonly limitMs: number;
  readonly signal: AbortSignal;
  /** What people see of a line in the step's log; undefined hides it. Absent: every line as it is. */
  readonly show?: (line: string) => string | undefined;
}

export interface ProgramEnd {
  /** Undefined when a signal ended it, or it was never started. */
  readonly code: number | undefined;
  readonly why: 'exit' | 'limit' | 'cancelled' | 'missing';
  /** The end of its output, without colours. */
  readonly tail: string;
  readonly seconds: number;
}

/** From SIGTERM to SIGKILL. A cancelled step itself has 7.5 s until the runner's own SIGTERM. */
const GRACE_MS = 5_000;
const SETTLE_MS = 20;
const TAIL = 16_000;
const SHOWN = 2_000_000;

/**
 * Runs a program of others in a process group of its own. Its output is shown with workflow commands switched off.
 * When it ends, at the limit or on cancel, everything that it started ends too.
 */
export async function runProgram(program: Program): Promise<ProgramEnd> {
  const began = performance.now();
  const resume = stopCommands();
  try {
    const end = await supervise(program);
    return { ...end, seconds: Math.round((performance.now() - began) / 100) / 10 };
  } finally {
    resume();
  }
}

function supervise({
  argv,
  cwd,
  environment,
  input,
  log,
  limitMs,
  signal,
  show,
}: Program): Promise<Omit<ProgramEnd, 'seconds'>> {
  mkdirSync(dirname(log), { recursive: true });
  const kept = createWriteStream(log);
  const output = new Output(show ?? ((line) => line));
  const mark = randomUUID();
  const [command, ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...environment, [MARK]: mark },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let why: ProgramEnd['why'] = 'exit';
    let hard: NodeJS.Timeout | undefined;
    const stop = (reason: 'limit' | 'cancelled') => {
      if (hard || child.pid === undefined) return;
      const group = child.pid;
      why = reason;
      signalGroup(group, 'SIGTERM');
      hard = setTimeout(() => killLeftovers(group, mark), GRACE_MS);
    };
    const cancel = () => stop('cancelled');
    const limit = setTimeout(() => stop('limit'), limitMs);
    signal.addEventListener('abort', cancel);
    if (signal.aborted) cancel();
    const finish = () => {
      clearTimeout(limit);
      clearTimeout(hard);
      signal.removeEventListener('abort', cancel);
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        kept.write(chunk);
        output.add(stream, chunk);
      });
    }
    child.stdin.on('error', () => undefined); // It may end before it has read everything.
    child.stdin.end(input ?? '');
    child.on('exit', () => {
      // Leftovers hold our pipes open: without them `close` follows.
      if (child.pid !== undefined) killLeftovers(child.pid, mark);
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      finish();
      if (error.code === 'ENOENT') kept.end(() => resolve({ code: undefined, why: 'missing', tail: '' }));
      else reject(error);
    });
    child.on('close', (code) => {
      finish();
      // A process in the middle of `exec` bears no mark for a moment: look once more.
      setTimeout(() => {
        if (child.pid !== undefined) killLeftovers(child.pid, mark);
        kept.end(() => resolve({ code: code ?? undefined, why, tail: output.end() }));
      }, SETTLE_MS);
    });
  });
}

/** Divides output into lines for the log, and remembers its end. Memory and log are bounded, whatever comes. */
class Output {
  readonly #show: (line: string) => string | undefined;
  /** The last line of each stream, as far as it has come. */
  readonly #partial = new Map<object, string>();
  #tail = '';
  #shown = 0;

  constructor(show: (line: string) => string | undefined) {
    this.#show = show;
  }

  add(stream: object, text: string): void {
    const lines = ((this.#partial.get(stream) ?? '') + text).split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
    if (last.length > SHOWN) this.#line(last);
    this.#partial.set(stream, last.length > SHOWN ? '' : last);
  }

  /** @returns The end of what was shown. */
  end(): string {
    for (const line of this.#partial.values()) if (line) this.#line(line);
    this.#partial.clear();
    return withoutColour(this.#tail);
  }

  #line(raw: string): void {
    const line = this.#show(raw.replace(/\r$/, ''));
    if (line === undefined) return;
    this.#tail = `${this.#tail}${line.slice(-TAIL)}\n`.slice(-TAIL);
    if (this.#shown > SHOWN) return;
    this.#shown += line.length;
    say(this.#shown > SHOWN ? '(more output follows; it is kept in the log file only)' : line);
  }
}
