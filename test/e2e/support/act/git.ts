import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs git with an environment of its own. */
export async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };
  const { stdout } = await promisify(execFile)('git', [...args], { cwd: folder, env });
  return stdout;
}
