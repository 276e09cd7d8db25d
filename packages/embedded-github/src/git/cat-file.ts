import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { GitObject } from '../model/git-objects.ts';
import { gitEnvironment } from './command.ts';
import { memoryOf } from './in-memory.ts';
import { isType } from './loose-objects.ts';

interface Question {
  readonly resolve: (object: GitObject | null) => void;
  readonly reject: (error: Error) => void;
}

interface Reader {
  readonly process: ChildProcess;
  readonly stdin: Writable;
  readonly stdout: Readable;
}

/**
 * One long-lived `git cat-file --batch`, which looks refs up anew each time. It is asked for objects by any expression
 * that git understands (`main:docs/plan.json`, `HEAD~2^{commit}`) in one line.
 */
export class CatFile {
  readonly #gitDir: string;
  readonly #waiting: Question[] = [];
  #buffer: Buffer = Buffer.alloc(0);
  #reader: Reader | null = null;

  constructor(gitDir: string) {
    this.#gitDir = gitDir;
  }

  /** The object, or null when the expression names none. */
  ask(expression: string): Promise<GitObject | null> {
    if (memoryOf(this.#gitDir))
      return Promise.reject(new Error(`only git knows ${expression}, and this repository is in memory alone`));
    return new Promise((resolve, reject) => {
      this.#reader ??= this.#start();
      this.#waiting.push({ resolve, reject });
      this.#reader.stdin.write(`${expression}\n`);
    });
  }

  async close(): Promise<void> {
    const reader = this.#reader;
    this.#reader = null;
    if (!reader || reader.process.exitCode !== null) return;
    reader.stdin.end();
    await once(reader.process, 'close');
  }

  #start(): Reader {
    const child = spawn('git', ['--git-dir', this.#gitDir, 'cat-file', '--batch'], {
      env: gitEnvironment(),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    child.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
    child.on('error', (error) => this.#fail(error));
    child.on('close', () => this.#fail(new Error(`git cat-file ended for ${this.#gitDir}`)));
    child.stdin.on('error', () => undefined);
    return { process: child, stdin: child.stdin, stdout: child.stdout };
  }

  #receive(chunk: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const end = this.#buffer.indexOf(10);
      if (end < 0) return;
      const header = this.#buffer.subarray(0, end).toString('utf8');
      const match = /^([0-9a-f]{40,64}) (commit|tree|blob|tag) (\d+)$/.exec(header);
      const [, oid = '', type, size = '0'] = match ?? [];
      const next = match ? end + 1 + Number(size) + 1 : end + 1;
      if (this.#buffer.length < next) return;
      const content = Buffer.from(this.#buffer.subarray(end + 1, next - 1));
      this.#buffer = this.#buffer.subarray(next);
      this.#waiting.shift()?.resolve(isType(type) ? { oid, type, content } : null);
    }
  }

  #fail(error: Error): void {
    this.#reader = null;
    this.#buffer = Buffer.alloc(0);
    for (const reading of this.#waiting.splice(0)) reading.reject(error);
  }
}
