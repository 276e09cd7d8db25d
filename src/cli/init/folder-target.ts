import type { SetupTarget } from './setup-target.ts';
import { readOwnFile } from './write-files.ts';

/** The checkout itself: whatever lies there is somebody's. */
export function folderTarget(root: string): SetupTarget {
  return { read: (path) => readOwnFile(root, path), isOurs: () => false };
}
