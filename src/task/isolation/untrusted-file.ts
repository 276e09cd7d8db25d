import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * Reads a file that an agent was asked to write. Where it left something else (a link to a file that only we may read,
 * a pipe, a folder), there is no such file.
 * @returns The first `most` bytes as text, or undefined.
 */
export async function readUntrusted(path: string, most: number): Promise<string | undefined> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
  if (!file) return undefined;
  try {
    const stat = await file.stat();
    // A second name of a file is the same as a link to it.
    if (!stat.isFile() || stat.nlink > 1) return undefined;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(stat.size, most)), 0, undefined, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
