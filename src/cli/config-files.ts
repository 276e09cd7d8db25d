import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIG_PATHS } from '../state/names.ts';

/** The configurations in a folder, by their paths in it: none, one, or one too many. */
export function configPathsIn(folder: string): readonly string[] {
  return CONFIG_PATHS.filter((path) => existsSync(join(folder, path)));
}
