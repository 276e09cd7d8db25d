import { closeSync, fstatSync, readSync } from 'node:fs';
import { openPlainly } from '../protocol/bounded-file.ts';

/**
 * Reads a file that an agent was asked to write. Where it left something else (a link to a file that only we may read,
 * a pipe, a folder), there is no such file.
 * @returns The first `most` bytes as text, or undefined.
 */
export function readUntrusted(path: string, most: number): string | undefined {
  // A second name of a file is the same as a link to it.
  return readPlainFile(path, { most, names: 1 })?.toString('utf8');
}

/**
 * Reads a file of a checkout, and never what a link leads to: what is looked at is what is open, and no name.
 * @param bounds.names Names that it may have; as many as there are where it is absent.
 * @returns The first `most` bytes, or undefined.
 */
export function readPlainFile(
  path: string,
  { most, names = Number.POSITIVE_INFINITY }: { readonly most: number; readonly names?: number },
): Buffer | undefined {
  let file: number | undefined;
  try {
    file = openPlainly(path);
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.nlink > names) return undefined;
    const buffer = Buffer.alloc(Math.min(stat.size, most));
    return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, 0));
  } catch {
    // A link, gone, or not for us to read.
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
