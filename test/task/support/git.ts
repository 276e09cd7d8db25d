import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** A person's git in one folder. */
export interface GitIn {
  readonly folder: string;
  /** @returns What it prints, without the last line break. */
  readonly run: (...args: readonly string[]) => Promise<string>;
  /** Writes files; null removes one. */
  readonly write: (files: Readonly<Record<string, string | null>>) => Promise<void>;
}

export function openGit(folder: string): GitIn {
  const env = {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Lead',
    GIT_AUTHOR_EMAIL: 'lead@example.com',
    GIT_COMMITTER_NAME: 'Lead',
    GIT_COMMITTER_EMAIL: 'lead@example.com',
  };
  return {
    folder,
    run: async (...args) => {
      const { stdout } = await promisify(execFile)('git', [...args], { cwd: folder, env });
      return stdout.replace(/\n$/, '');
    },
    write: async (files) => {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        if (text === null) await rm(join(folder, path), { force: true });
        else await writeFile(join(folder, path), text);
      }
    },
  };
}
