import { realpath } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join, relative } from 'node:path';
import type { JobContext } from '../protocol/job.ts';
import { asRoot, type Privilege, runSystem } from './privilege.ts';

/** What our own steps start by its name, or the runner does for them. */
const OURS = ['node', 'git', 'bash', 'setpriv', 'prlimit', 'choom', 'flock', 'sudo', 'find', 'chown', 'chmod'];

/**
 * Takes from everybody else the right to write where programs are found: hosted runners let all users write to the
 * folders of their tools, and whoever replaces `git` or `node` there runs in the next step as whoever runs that.
 * @throws where a folder of programs lies in the checkout, which is the other user's.
 */
export async function lockToolFolders(
  privilege: Privilege,
  { workspace }: Pick<JobContext, 'workspace'>,
): Promise<void> {
  const named = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  const real = (path: string) => realpath(path).catch(() => undefined); // What is not there needs no protection.
  const checkout = (await real(workspace)) ?? workspace;
  const folders = new Set<string>();
  for (const folder of named) {
    const found = await real(folder);
    if (found && isWithin(checkout, found))
      throw new Error(`PATH names ${folder}, a folder of the checkout, from which later steps would take programs`);
    if (found) folders.add(found);
    for (const program of OURS) {
      const file = found && (await real(join(found, program)));
      if (file) folders.add(dirname(file));
    }
  }
  const above = new Set([...folders].flatMap(ancestors));
  // A folder with the sticky bit, as /tmp is, keeps what is in it for its owners.
  const open = ['(', '-type', 'f', '-o', '-type', 'd', '!', '-perm', '-1000', ')', '-perm', '-0002'];
  const close = ['-exec', 'chmod', 'o-w', '{}', '+'];
  for (const [paths, depth] of [
    [folders, '1'],
    [above, '0'],
  ] as const) {
    if (paths.size === 0) continue;
    const { ok, stderr } = await runSystem(
      asRoot(privilege, ['find', ...paths, '-maxdepth', depth, ...open, ...close]),
    );
    if (!ok) throw new Error(`the folders of programs cannot be closed to others: ${stderr.trim().split('\n').at(-1)}`);
  }
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith('../') && !isAbsolute(way));
}

function ancestors(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...ancestors(parent), parent];
}
