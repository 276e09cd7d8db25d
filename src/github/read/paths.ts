import { loadConfig } from '../../plan/config.ts';
import { CONFIG_PATH } from '../../state/names.ts';
import type { FileView } from '../../state/snapshot.ts';

/** Where the plan and the progress file lie, from the root of the repository. */
export interface Paths {
  readonly plan: string;
  readonly progress: string;
}

/** As the configuration says; the defaults where there is none or it cannot be read. */
export function pathsOf(config: FileView | undefined): Paths {
  const loaded = loadConfig(config && { file: CONFIG_PATH, text: config.text });
  if (loaded.ok) return loaded.config;
  return config ? pathsOf(undefined) : unreadable();
}

function unreadable(): never {
  throw new Error('the default configuration does not load');
}
