import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { GitObject, GitReader, ListedRef } from '../model/git-objects.ts';
import { gitEnvironment, gitLines, gitText } from './command.ts';

const COMMIT_ID = /^([0-9a-f]{40})(?:\^\{commit\})?$/;

interface Reading {
  readonly resolve: (object: GitObject | null) => void;
  readonly reject: (error: Error) => void;
}

interface Reader {
  readonly process: ChildProcess;
  readonly stdin: Writable;
  readonly stdout: Readable;
}

/**
 * Reads objects by any expression that git understands (`main:docs/plan.json`, `refs/heads/main^{commit}`), through one
 * long-lived `git cat-file --batch`, which looks refs up anew each time.
 */
export class Objects implements GitReader {
  readonly #gitDir: string;
  readonly #waiting: Reading[] = [];
  /** Commits by their id, which never become others. */
  readonly #commits = new Map<string, GitObject>();
  #buffer: Buffer = Buffer.alloc(0);
  #reader: Reader | null = null;

  constructor(gitDir: string) {
    this.#gitDir = gitDir;
  }

  /** The object, or null when the expression names none. */
  async read(expression: string): Promise<GitObject | null> {
    if (expression === '' || expression.includes('\n')) return null;
    const id = COMMIT_ID.exec(expression)?.[1];
    const known = id === undefined ? undefined : this.#commits.get(id);
    if (known) return known;
    const object = await this.#ask(expression);
    if (id !== undefined && object?.type === 'commit' && object.oid === id) this.#commits.set(id, object);
    return object;
  }

  #ask(expression: string): Promise<GitObject | null> {
    return new Promise((resolve, reject) => {
      this.#reader ??= this.#start();
      this.#waiting.push({ resolve, reject });
      this.#reader.stdin.write(`${expression}\n`);
    });
  }

  /** The commit id that the expression leads to, through tags. */
  async commitId(expression: string): Promise<string | null> {
    return (await this.read(`${expression}^{commit}`))?.oid ?? null;
  }

  async refs(): Promise<readonly ListedRef[]> {
    const text = await gitText(this.#gitDir, ['for-each-ref', '--format=%(objectname) %(objecttype) %(refname)']);
    return gitLines(text).flatMap((line) => {
      const [oid = '', type, name = ''] = line.split(' ');
      return isType(type) ? [{ name, oid, type }] : [];
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

function isType(type: string | undefined): type is GitObject['type'] {
  return type === 'commit' || type === 'tree' || type === 'blob' || type === 'tag';
}
