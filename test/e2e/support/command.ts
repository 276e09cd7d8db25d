import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { settling } from '../../support/waiting.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Commands that have not ended yet, with their ends. */
const live = new Map<ChildProcess, Promise<unknown>>();

/** Runs the command line as a person does, in the root of this repository, with nothing of our environment but PATH. */
export async function agentWaves(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, ['src/cli/main.ts', ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', NODE_COMPILE_CACHE: inject('compileCache'), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (said.stdout += chunk));
  child.stderr.on('data', (chunk) => (said.stderr += chunk));
  const closed = once(child, 'close') as Promise<[number | null]>;
  live.set(child, closed);
  const what = `\`agent-waves ${args.join(' ')}\` ends`;
  const [code] = await settling(what, closed, () => `${said.stdout}${said.stderr}`).finally(() => live.delete(child));
  return { code, ...said };
}

export function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'agent-waves-cli-'));
}

/** Once nothing writes there any more: a command that a failed test has left behind is asked to end first. */
export async function removeFolder(folder: string): Promise<void> {
  for (const child of live.keys()) child.kill('SIGTERM');
  await Promise.all(live.values());
  await rm(folder, { recursive: true, force: true });
}

export async function readJson<T>(...path: readonly string[]): Promise<T> {
  return JSON.parse(await readFile(join(...path), 'utf8')) as T;
}
