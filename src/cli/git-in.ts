import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { LIMITS } from '../plan/json.ts';

/** @returns What git prints; undefined where it fails. */
export function gitIn(folder: string): (...args: readonly string[]) => Promise<string | undefined> {
  return async (...args) => {
    try {
      const { stdout } = await promisify(execFile)('git', [...args], { cwd: folder, maxBuffer: 4 * LIMITS.characters });
      return stdout;
    } catch {
      // There is no such repository, commit or file: what that means is the caller's to say.
      return undefined;
    }
  };
}
