import { isUtf8 } from 'node:buffer';
import { readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { parentOf } from '../checks/project-dir.ts';
import { gitText, type Repository } from '../git/git.ts';
import { SUBMODULE_MODE } from '../git/symlinks.ts';
import type { JobContext } from '../protocol/job.ts';
import { indexFile } from '../protocol/job-files.ts';

/** What lies in the checkout and is not of the tree in our index. */
export interface Untracked {
  /** Paths from the root of the checkout. */
  readonly paths: readonly string[];
  /** Whole paths of what has a name that is no UTF-8: as text they would be another's. */
  readonly unreadable: readonly Buffer[];
}

/** @returns The paths of `findUntracked` that are text. */
export async function untrackedPaths(repository: Repository, job: JobContext): Promise<readonly string[]> {
  return (await findUntracked(repository, job)).paths;
}

/**
 * Looks for what is not of the tree, whether it is ignored or not: files and links, whole folders where nothing in them
 * is of the tree, what is in submodules, and every `.git` but the checkout's own. Git's own list leaves the last two out,
 * and a program that is started beside them obeys them. Names are bytes, here one character each.
 */
export async function findUntracked(repository: Repository, job: JobContext): Promise<Untracked> {
  const { tracked, folders } = await trackedPaths(repository, job);
  const root = Buffer.from(job.workspace).toString('latin1');
  const found: string[] = [];
  const inside: string[] = [''];
  for (let folder = inside.pop(); folder !== undefined; folder = inside.pop()) {
    const place = Buffer.from(posix.join(root, folder), 'latin1');
    for (const entry of readdirSync(place, { withFileTypes: true, encoding: 'buffer' })) {
      const path = posix.join(folder, entry.name.toString('latin1'));
      if (path === '.git') continue;
      if (entry.isDirectory() ? !folders.has(path) : !tracked.has(path)) found.push(path);
      else if (entry.isDirectory()) inside.push(path);
    }
  }
  const bytes = found.sort().map((path) => Buffer.from(path, 'latin1'));
  return {
    paths: bytes.filter((path) => isUtf8(path)).map((path) => path.toString()),
    unreadable: bytes
      .filter((path) => !isUtf8(path))
      .map((path) => Buffer.concat([Buffer.from(`${job.workspace}/`), path])),
  };
}

async function trackedPaths(repository: Repository, job: JobContext) {
  const files = { workTree: job.workspace, index: indexFile(job) };
  const tracked = new Set<string>();
  const folders = new Set(['']);
  // Without `-z`, which would give names as they are: they are quoted, and all of them reach us.
  for (const line of (await gitText(repository, ['ls-files', '--stage'], { files })).split('\n')) {
    const path = unquoted(line.slice(line.indexOf('\t') + 1));
    if (path === '') continue;
    if (line.startsWith(SUBMODULE_MODE)) folders.add(path);
    else tracked.add(path);
    for (let above = parentOf(path); !folders.has(above); above = parentOf(above)) folders.add(above);
  }
  return { tracked, folders };
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r' },
};

/** "core.quotePath" of git's documentation: bytes of text that is not plain ASCII are octal numbers. */
function unquoted(name: string): string {
  if (!name.startsWith('"')) return name;
  return name
    .slice(1, -1)
    .replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
      code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (ESCAPES[code] ?? code),
    );
}
