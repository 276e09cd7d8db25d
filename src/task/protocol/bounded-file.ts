import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/**
 * Reads a plain file of bounded size: no link, no pipe.
 * @returns Its bytes, or undefined where there is none. @throws for anything else.
 */
export function readBounded(path: string, maxBytes: number): Buffer | undefined {
  const file = openPlainly(path);
  if (file === undefined) return undefined;
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new Error(`${path} is no file`);
    if (stat.size > maxBytes) throw new Error(`${path} has ${stat.size} bytes; ${maxBytes} is the most that is read`);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function openPlainly(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw problem;
  }
}
