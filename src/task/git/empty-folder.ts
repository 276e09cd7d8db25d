import { mkdir, readdir, rm } from 'node:fs/promises';
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
    await openClosedFolders(folder);
    await removeContent(folder, keep);
  }
}

/** A folder that its owner may not enter keeps what is in it. */
export async function openClosedFolders(folder: string): Promise<void> {
  await runSystem(['find', folder, '-type', 'd', '!', '-perm', '-u=rwx', '-exec', 'chmod', 'u+rwx', '{}', '+']);
}

/** As bytes: a name need not be text. */
async function removeContent(folder: string, keep: readonly string[]): Promise<void> {
  for (const entry of await readdir(folder, { encoding: 'buffer', withFileTypes: true })) {
    const name = entry.name.toString();
    const below = keep.flatMap((path) => (path.startsWith(`${name}/`) ? [path.slice(name.length + 1)] : []));
    if (entry.isDirectory() && keep.includes(name)) continue;
    if (entry.isDirectory() && below.length > 0) await removeContent(`${folder}/${name}`, below);
    else await rm(Buffer.concat([Buffer.from(`${folder}/`), entry.name]), { recursive: true, force: true });
  }
}
