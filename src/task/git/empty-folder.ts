import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runSystem } from '../isolation/privilege.ts';

/**
 * Removes what is in a folder, whatever it is called and whatever modes it was given. No link is followed.
 * @param keep Paths below it of folders that stay; a link, or a file, of such a name does not.
 */
export async function emptyFolder(folder: string, keep: readonly string[] = []): Promise<void> {
  await mkdir(folder, { recursive: true });
  try {
    await removeContent(folder, keep);
  } catch {
    await openClosedFolders([folder]);
    await removeContent(folder, keep);
  }
}

/** A folder that its owner may not enter keeps what is in it. */
export async function openClosedFolders(folders: readonly string[]): Promise<void> {
  const find = ['find', ...folders, '-type', 'd', '!', '-perm', '-u=rwx'] as const;
  if ((await runSystem([...find, '-exec', 'chmod', 'u+rwx', '{}', '+'])).ok) return;
  // Too deep for whole paths. Here files are opened as well.
  await runSystem(['chmod', '-R', 'u+rwX', '--', ...folders]);
}

/** As bytes: a name need not be text. */
async function removeContent(folder: string, keep: readonly string[]): Promise<void> {
  for (const entry of await readdir(folder, { encoding: 'buffer', withFileTypes: true })) {
    const name = entry.name.toString();
    const below = keep.flatMap((path) => (path.startsWith(`${name}/`) ? [path.slice(name.length + 1)] : []));
    if (entry.isDirectory() && keep.includes(name)) continue;
    if (entry.isDirectory() && below.length > 0) await removeContent(`${folder}/${name}`, below);
    else await removeTree(Buffer.concat([Buffer.from(`${folder}/`), entry.name]));
  }
}

/**
 * Removes a file or a whole folder, however deep it is: Node names every file by its whole path, and the kernel takes no
 * path of more than 4,096 bytes, which folders in folders exceed. `rm` goes down step by step.
 * @throws where something stays.
 */
export async function removeTree(path: string | Buffer): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (problem) {
    const { ok, stderr } = await runSystem(['rm', '-rf', '--', await withTextName(path)]);
    if (!ok) throw new Error(stderr.trim().split('\n').at(-1), { cause: problem });
  }
}

/** What is started takes names that are text. @returns A name for the file that is. */
async function withTextName(path: string | Buffer): Promise<string> {
  const written = path.toString();
  if (Buffer.from(written).equals(Buffer.from(path))) return written;
  const renamed = join(dirname(written), `removed-${randomUUID()}`);
  await rename(path, renamed);
  return renamed;
}
