import { randomUUID } from 'node:crypto';
import { chmod, lstat, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { asRoot, type Privilege, runSystem, type SystemAnswer } from './privilege.ts';

/**
 * Removes a file or a whole folder of an agent's, whatever modes and names it was given. No link is followed.
 * @throws where something stays.
 */
export async function removePath(path: string): Promise<void> {
  try {
    await removeTree(path);
  } catch {
    await openClosedFolders([path]);
    await removeTree(path);
  }
}

/**
 * The same of a path that is no UTF-8, and that no program can be told: it is called otherwise first.
 * @param folder On the same file system; what is ours.
 * @throws where it stays.
 */
export async function removeUnreadable(path: Buffer, folder: string): Promise<void> {
  const readable = join(folder, `.removed-${randomUUID()}`);
  try {
    await rename(path, readable);
  } catch {
    // A folder that moves is written to.
    if ((await lstat(path)).isDirectory()) await chmod(path, 0o700);
    await rename(path, readable);
  }
  await removePath(readable);
}

/** The same for all that is in a folder but for one entry. */
export async function removeAllBut(kept: string, folder: string): Promise<void> {
  const rest = ['-mindepth', '1', '-maxdepth', '1', '!', '-name', kept] as const;
  const remove = () => runSystem(['find', folder, ...rest, '-exec', 'rm', '-rf', '--', '{}', '+']);
  if ((await remove()).ok) return;
  await openClosedFolders([folder]);
  const { ok, stderr } = await remove();
  if (!ok) throw new Error(lastLine(stderr));
}

/**
 * Node names every file by its whole path, and the kernel takes no path of more than 4,096 bytes, which folders in folders
 * exceed. `rm` goes down step by step.
 */
async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (problem) {
    const { ok, stderr } = await runSystem(['rm', '-rf', '--', path]);
    if (!ok) throw new Error(lastLine(stderr), { cause: problem });
  }
}

/** A folder that its owner may not enter, or write to, keeps what is in it: such are caches of modules, and an agent's jokes. */
export async function openClosedFolders(
  folders: readonly string[],
  privilege: Privilege = 'none',
): Promise<SystemAnswer> {
  const find = ['find', ...folders, '-type', 'd', '!', '-perm', '-u=rwx'] as const;
  const opened = await runSystem(asRoot(privilege, [...find, '-exec', 'chmod', 'u+rwx', '{}', '+']));
  // Too deep for whole paths. Here files are opened as well.
  return opened.ok ? opened : runSystem(asRoot(privilege, ['chmod', '--recursive', 'u+rwX', '--', ...folders]));
}

function lastLine(text: string): string | undefined {
  return text.trim().split('\n').at(-1);
}
