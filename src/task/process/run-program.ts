import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { commandAs, endProcesses, type IsolatedUser, signalUser } from '../isolation/isolated-user.ts';
import { masker } from './mask.ts';
import { endOrphans, PROCESS_MARK, signalGroup } from './orphan-processes.ts';
import { type OutputView, plainView } from './output-view.ts';
import { ProgramOutput } from './program-output.ts';
import { watchDisk } from './watch-disk.ts';

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
  /** Aborted by whoever watches the output and has seen enough. */
  readonly halt?: AbortSignal;
  /** What asks it to end, before it is killed. Absent: SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
  /** Makes what people see of its output. Absent: every line as it is. */
  readonly view?: () => OutputView;
  /** What its output must not show, wherever it goes. */
  readonly secrets?: readonly string[];
  /** The user that it runs as; ourselves where it is absent. */
  readonly user?: IsolatedUser | undefined;
}

export interface ProgramResult {
  /** Undefined when a signal ended it, or it was never started. */
  readonly code: number | undefined;
  readonly why: 'exit' | 'limit' | 'halted' | 'full' | 'cancelled' | 'missing';
  /** The end of its output, without colours. */
  readonly tail: string;
  readonly seconds: number;
}

/** The last words of a program that has filled the disk. */
const DISK_FULL = '\nThe disk is nearly full: this program was ended.\n';

/** From SIGTERM to SIGKILL. A cancelled step itself has 7.5 s until the runner's own SIGTERM. */
const GRACE_MS = 5_000;
/** Most characters in the file: a program that prints without end must not fill the disk. */
const MAX_LOG_CHARACTERS = 100_000_000;

/**
 * Runs a program of others in a process group of its own. Its output is shown with workflow commands switched off.
 * When it ends, at the limit or on cancel, everything that it started ends too.
 */
export async function runProgram(program: Program): Promise<ProgramResult> {
  const began = performance.now();
  const end = await supervise(program);
  return { ...end, seconds: Math.round((performance.now() - began) / 100) / 10 };
}

/** The one place where a program of others is started. It leads a group of its own, by which it is ended. */
function launch({ argv, cwd, environment, user }: Program, mark: string): ChildProcessWithoutNullStreams {
  const marked = { ...environment, [PROCESS_MARK]: mark };
  const started = user ? commandAs(user, { argv, environment: marked }) : { argv, environment: marked };
  const [command, ...args] = started.argv;
  return spawn(command, args, {
    cwd,
    env: started.environment,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

function supervise(program: Program): Promise<Omit<ProgramResult, 'seconds'>> {
  const { input, limitMs, signal, halt, stopSignal = 'SIGTERM', user } = program;
  const kept = boundedLog(program.log);
  const output = new ProgramOutput({
    view: (program.view ?? plainView)(),
    mask: masker(program.secrets ?? []),
    keep: kept.write,
  });
  const mark = randomUUID();
  return new Promise((resolve, reject) => {
    const child = launch(program, mark);
    let why: ProgramResult['why'] = 'exit';
    let hard: NodeJS.Timeout | undefined;
    /** Everything of another user is what it started; of our own user it is found by group and mark. */
    const end = async (group: number) => (user ? endProcesses(user) : endOrphans(group, mark));
    let ended: Promise<void> | undefined;
    const stop = (reason: 'limit' | 'halted' | 'full' | 'cancelled') => {
      if (hard || child.pid === undefined) return;
      const group = child.pid;
      why = reason;
      if (user) void signalUser(user, stopSignal);
      else signalGroup(group, stopSignal);
      hard = setTimeout(() => end(group).catch(reject), GRACE_MS);
    };
    const cancel = () => stop('cancelled');
    const enough = () => stop('halted');
    const limit = setTimeout(() => stop('limit'), limitMs);
    const unwatch = watchDisk(program.cwd, () => {
      output.add(child.stderr, DISK_FULL);
      stop('full');
    });
    signal.addEventListener('abort', cancel);
    halt?.addEventListener('abort', enough);
    if (signal.aborted) cancel();
    const finish = () => {
      unwatch();
      clearTimeout(limit);
      clearTimeout(hard);
      signal.removeEventListener('abort', cancel);
      halt?.removeEventListener('abort', enough);
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output.add(stream, chunk);
      });
    }
    child.stdin.on('error', () => undefined); // It may end before it has read everything.
    child.stdin.end(input ?? '');
    child.on('exit', () => {
      // Leftovers hold our pipes open: without them `close` follows.
      if (child.pid !== undefined) ended = end(child.pid);
      ended?.catch(reject);
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      finish();
      output.end();
      if (error.code === 'ENOENT' || error.code === 'EACCES')
        kept.end(() => resolve({ code: undefined, why: 'missing', tail: '' }));
      else reject(error);
    });
    child.on('close', async (code) => {
      finish();
      await ended?.catch(() => undefined);
      const tail = output.end();
      const missing =
        user !== undefined && (code === 126 || code === 127) && tail.startsWith('setpriv: failed to execute');
      kept.end(() => resolve({ code: code ?? undefined, why: missing ? 'missing' : why, tail }));
    });
  });
}

/** The file that keeps the output, up to a bound. */
function boundedLog(path: string): {
  readonly write: (text: string) => void;
  readonly end: (done: () => void) => void;
} {
  mkdirSync(dirname(path), { recursive: true });
  const stream = createWriteStream(path);
  let left = MAX_LOG_CHARACTERS;
  return {
    write: (text) => {
      if (left <= 0) return;
      left -= text.length;
      stream.write(left > 0 ? text : '(the rest is left out)\n');
    },
    end: (done) => stream.end(done),
  };
}
