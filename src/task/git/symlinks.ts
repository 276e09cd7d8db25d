import { posix } from 'node:path';
import type { Repository } from './git.ts';
import { readObject, type TreeEntry } from './workspace.ts';

export const LINK = '120000';
export const SUBMODULE = '160000';

/** @returns True for a symbolic link that points out of the repository, or into `.git`. */
export async function leavesTree(repository: Repository, { object, path }: TreeEntry): Promise<boolean> {
  const target = (await readObject(repository, object)) ?? '/';
  const reached = posix.normalize(posix.join(posix.dirname(path), target));
  return posix.isAbsolute(target) || reached === '..' || reached.startsWith('../') || /^\.git(\/|$)/i.test(reached);
}
