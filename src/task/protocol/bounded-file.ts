import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/**
 * Reads a plain file of bounded size: no link, no pipe.
 * @returns Its bytes, or undefined where there is none. @throws for anything else.
 */
export function readBounded(path: string, maxBytes: number): Buffer | undefined {
  const file = openIfThere(path);
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

function openIfThere(path: string): number | undefined {
  try {
    return openPlainly(path);
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw problem;
  }
}

/** Opens a file to be looked at and read, by no link, and waits for no pipe. @throws where there is none to open. */
export function openPlainly(path: string): number {
  return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
}
