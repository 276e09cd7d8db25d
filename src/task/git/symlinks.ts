import { posix } from 'node:path';
import type { Repository } from './git.ts';
import { readBlob, type TreeEntry } from './workspace.ts';

export const SYMLINK_MODE = '120000';
export const SUBMODULE_MODE = '160000';

/** @returns True for a symbolic link that points out of the repository, or into `.git`. */
export async function symlinkEscapes(repository: Repository, { object, path }: TreeEntry): Promise<boolean> {
  const target = (await readBlob(repository, object)) ?? '/';
  const reached = posix.normalize(posix.join(posix.dirname(path), target));
  return posix.isAbsolute(target) || reached === '..' || reached.startsWith('../') || /^\.git(\/|$)/i.test(reached);
}
