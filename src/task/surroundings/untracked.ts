import { readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parentOf } from '../checks/project-dir.ts';
import { gitText, type Repository } from '../git/git.ts';
import { SUBMODULE_MODE } from '../git/symlinks.ts';
import type { JobContext } from '../protocol/job.ts';
import { indexFile } from '../protocol/job-files.ts';

/**
 * What lies in the checkout and is not of the tree in our index, whether it is ignored or not: files and links, whole
 * folders where nothing in them is of the tree, what is in submodules, and every `.git` but the checkout's own. Git's
 * own list leaves the last two out, and a program that is started beside them obeys them.
 * @returns Paths from the root of the checkout.
 */
export async function untrackedPaths(repository: Repository, job: JobContext): Promise<readonly string[]> {
  const files = { workTree: job.workspace, index: indexFile(job) };
  const listed = await gitText(repository, ['ls-files', '--stage', '-z'], { files });
  const tracked = new Set<string>();
  const folders = new Set(['']);
  for (const line of listed.split('\0')) {
    const path = line.slice(line.indexOf('\t') + 1);
    if (path === '') continue;
    if (line.startsWith(SUBMODULE_MODE)) folders.add(path);
    else tracked.add(path);
    for (let above = parentOf(path); !folders.has(above); above = parentOf(above)) folders.add(above);
  }
  const found: string[] = [];
  const inside: string[] = [''];
  for (let folder = inside.pop(); folder !== undefined; folder = inside.pop()) {
    for (const entry of readdirSync(join(job.workspace, folder), { withFileTypes: true })) {
      const path = posix.join(folder, entry.name);
      if (path === '.git') continue;
      if (entry.isDirectory() ? !folders.has(path) : !tracked.has(path)) found.push(path);
      else if (entry.isDirectory()) inside.push(path);
    }
  }
  return found.sort();
}
