import { relative } from 'node:path';

/** A path as it is read where the command was called. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') ? path : short;
}
