import { posix } from 'node:path';
import type { Repository } from './git.ts';
import { readBlob, type TreeEntry } from './workspace.ts';

export const SYMLINK_MODE = '120000';
export const SUBMODULE_MODE = '160000';

/** Links that are followed from one to the next, as Linux does. */
const MAX_FOLLOWED = 40;

/** The symbolic links of a tree. */
export interface TreeLinks {
  readonly paths: readonly string[];
  /** @returns True for a link that leads out of the repository, or into `.git`, through whatever other links. */
  readonly escapes: (path: string) => Promise<boolean>;
}

/** @param files Every file of the tree. */
export function treeLinks(repository: Repository, files: readonly TreeEntry[]): TreeLinks {
  const links = new Map(files.filter(({ mode }) => mode === SYMLINK_MODE).map((file) => [file.path, file]));
  const known = new Map<string, Promise<string>>();
  const targetOf = ({ object }: TreeEntry): Promise<string> => {
    const target = known.get(object) ?? readBlob(repository, object).then((text) => text ?? '/');
    known.set(object, target);
    return target;
  };
  const escapes = async (path: string): Promise<boolean> => {
    const reached: string[] = [];
    const ahead = path.split('/');
    let followed = 0;
    for (let name = ahead.shift(); name !== undefined; name = ahead.shift()) {
      if (name === '' || name === '.') continue;
      if (name === '..') {
        if (reached.pop() === undefined) return true;
        continue;
      }
      reached.push(name);
      if (followed > 0 && /^\.git$/i.test(posix.join(...reached))) return true;
      const link = links.get(reached.join('/'));
      if (!link) continue;
      const target = await targetOf(link);
      if (posix.isAbsolute(target)) return true;
      // In a circle it leads nowhere.
      if (++followed > MAX_FOLLOWED) return false;
      reached.pop();
      ahead.unshift(...target.split('/'));
    }
    return false;
  };
  return { paths: [...links.keys()], escapes };
}
