import { spawn } from 'node:child_process';
import { memoryOf } from './in-memory.ts';

export class GitError extends Error {
  readonly args: readonly string[];
  readonly stderr: string;

  constructor(args: readonly string[], stderr: string) {
    super(`git ${args.join(' ')} failed: ${stderr.trim()}`);
    this.args = args;
    this.stderr = stderr;
  }
}

/** Built from scratch: nothing of the machine's own settings or secrets reaches git or its hooks. */
export function gitEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    ...more,
  };
}

/** Runs git in a bare repository and gives its output; throws GitError when it fails. */
export function git(
  gitDir: string,
  args: readonly string[],
  options: { readonly input?: string | Buffer; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Buffer> {
  if (memoryOf(gitDir)) return Promise.reject(new Error(`git ${args.join(' ')}: this repository is in memory alone`));
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['--git-dir', gitDir, ...args], { env: gitEnvironment(options.env) });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(out));
      else reject(new GitError(args, Buffer.concat(err).toString('utf8')));
    });
    // A git that ends without reading its input is judged by its exit code, not by the broken pipe.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

export async function gitText(gitDir: string, args: readonly string[]): Promise<string> {
  return (await git(gitDir, args)).toString('utf8').trim();
}

export function gitLines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
