import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { StartProblem } from './start-problem.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface SettingsFile {
  readonly values: Environment;
  /** What its owner should know about it: one sentence. */
  readonly warning?: string;
}

/**
 * Settings of a file of lines `NAME=value`, as `.env` files are written.
 * @returns Undefined where there is no such file.
 * @throws StartProblem where it cannot be read.
 */
export async function readSettingsFile(path: string): Promise<SettingsFile | undefined> {
  try {
    const values = parseEnv(await readFile(path, 'utf8'));
    const isOpen = process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0;
    const holdsSecret = values.PRIVATE_KEY !== undefined || values.WEBHOOK_SECRET !== undefined;
    return isOpen && holdsSecret
      ? { values, warning: `${path} holds secrets, and other users of this machine may read it: chmod 600 it` }
      : { values };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code === 'ENOENT') return undefined;
    throw new StartProblem(`the settings file ${path} cannot be read (${code})`, { cause: error });
  }
}

/** What is set in the environment goes before the file; an empty value there counts as none. */
export function mergeEnvironments(environment: Environment, file: Environment): Environment {
  const set = Object.entries(environment).filter(([, value]) => value !== undefined && value !== '');
  return { ...file, ...Object.fromEntries(set) };
}
