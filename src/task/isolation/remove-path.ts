import { rm } from 'node:fs/promises';
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
