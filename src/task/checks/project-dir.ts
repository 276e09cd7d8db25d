import { createHash } from 'node:crypto';
import { type Dirent, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { join, posix } from 'node:path';
import { readPlainFile } from '../isolation/untrusted-file.ts';

/** One folder of a checkout as detection sees it: files are read, nothing is run. */
export interface ProjectDir {
  /** Path from the root of the repository; empty for the root itself. */
  readonly folder: string;
  readonly has: (file: string) => boolean;
  /** Text of a file; empty where there is none. */
  readonly text: (file: string) => string;
  /** Stands for the content of a file, however long it is; empty where there is none. */
  readonly digest: (file: string) => string;
  /** This folder and those above it, the root last. */
  readonly selfAndAncestors: readonly ProjectDir[];
}

/** Manifests are small. What is larger is somebody's joke. */
const MAX_TEXT_BYTES = 1_000_000;
const MAX_DIGEST_BYTES = 100_000_000;

/** An agent may have put a device, a pipe or a link where a manifest is expected: only plain files count. */
export function openDir(workspace: string, folder = ''): ProjectDir {
  const inside = isOfTheCheckout(workspace, folder);
  const size = (file: string): number => {
    if (!inside) return -1;
    const found = lstatSync(join(workspace, folder, file), { throwIfNoEntry: false });
    return found?.isFile() ? found.size : -1;
  };
  const dir: Omit<ProjectDir, 'selfAndAncestors'> = {
    folder,
    has: (file) => size(file) >= 0,
    text: (file) => {
      const bytes = size(file);
      return bytes > 0 && bytes <= MAX_TEXT_BYTES ? contentOf(join(workspace, folder, file)).toString('utf8') : '';
    },
    digest: (file) => {
      const bytes = size(file);
      if (bytes < 0) return '';
      const content = bytes > MAX_DIGEST_BYTES ? Buffer.from(String(bytes)) : contentOf(join(workspace, folder, file));
      return createHash('sha256').update(content).digest('hex');
    },
  };
  const above = folder === '' ? [] : openDir(workspace, parentOf(folder)).selfAndAncestors;
  const whole: ProjectDir = {
    ...dir,
    get selfAndAncestors() {
      return [whole, ...above];
    },
  };
  return whole;
}

function contentOf(path: string): Buffer {
  // An agent may have taken away the right to read it, or the file itself: it says nothing then.
  return readPlainFile(path, { most: MAX_DIGEST_BYTES }) ?? Buffer.alloc(0);
}

/** @returns False where a link stands in the way to a folder: what it leads to is not the repository's. */
export function isOfTheCheckout(workspace: string, folder: string): boolean {
  try {
    return realpathSync(join(workspace, folder)) === join(realpathSync(workspace), folder);
  } catch {
    // A folder may be gone with the change.
    return false;
  }
}

/** @returns The folder that holds a path; empty for the root. */
export function parentOf(path: string): string {
  const parent = posix.dirname(path);
  return parent === '.' ? '' : parent;
}

/** Folders that hold what others wrote, what tools made, or what tests only read: no projects of the repository. */
const IGNORED_FOLDERS =
  /^(?:\.git|\.venv|venv|node_modules|vendor|third_party|dist|target|coverage|fixtures?|__fixtures__|testdata|test-data|golden|snapshots|__snapshots__|templates?|site-packages)$/;

export function isProjectFolder(folder: string): boolean {
  return folder.split('/').every((name) => !IGNORED_FOLDERS.test(name));
}

const MAX_DEPTH = 5;
const MAX_FOLDERS = 3_000;

/** @returns Folders of the checkout in which projects may lie, those near the root first; links are not followed. */
export function projectFolders(workspace: string): readonly string[] {
  const found = [''];
  for (let at = 0; at < found.length && found.length < MAX_FOLDERS; at++) {
    const folder = found[at] ?? '';
    if (folder.split('/').length >= MAX_DEPTH) continue;
    const entries = listDir(join(workspace, folder));
    const names = entries.filter((entry) => entry.isDirectory() && isProjectFolder(entry.name)).map(({ name }) => name);
    found.push(...names.sort().map((name) => posix.join(folder, name)));
  }
  return found.slice(0, MAX_FOLDERS);
}

/** @returns What a folder holds; nothing of one that may not be read, or is gone. Links are named as links. */
export function listDir(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // It is the agent's to hide, and nothing in it counts then.
    return [];
  }
}
