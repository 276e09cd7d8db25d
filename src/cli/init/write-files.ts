import { chmod, lstat, mkdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isOfTheCheckout, parentOf } from '../../task/checks/project-dir.ts';
import { codeOf, halfOf, placeNew } from '../import/write-plan.ts';
import { UsageError } from '../usage-error.ts';
import type { SetupFile } from './setup-target.ts';

/**
 * The text of a file of the checkout.
 *
 * @throws UsageError where a link or a folder stands in its place: what a link leads to is not the repository's.
 */
export async function readOwnFile(root: string, path: string): Promise<string | undefined> {
  await requireOwnFolders(root, path);
  const found = await lstat(join(root, path)).catch(() => undefined);
  if (!found) return undefined;
  if (found.isFile()) return readFile(join(root, path), 'utf8');
  const what = found.isSymbolicLink() ? 'a link' : found.isDirectory() ? 'a folder' : 'no plain file';
  throw new UsageError(`${path} is ${what}; put a file in its place, or remove it`);
}

/**
 * Writes all of the files or none, with the folders above them.
 *
 * @throws UsageError where one cannot be written, or is not as it was shown; everything is as before then.
 */
export async function writeFiles(root: string, files: readonly SetupFile[]): Promise<void> {
  const undo: (() => Promise<unknown>)[] = [];
  const halves: string[] = [];
  const removeHalves = () => Promise.all(halves.map((half) => rm(half, { force: true })));
  try {
    for (const { path, text } of files) {
      await makeFolders(root, { path, made: (folder) => undo.push(() => rmdir(folder)) });
      const half = halfOf(join(root, path));
      await writeFile(half, text, { flag: 'wx' });
      halves.push(half);
    }
    for (const [index, file] of files.entries()) undo.push(await place(root, file, halves[index] ?? ''));
    await removeHalves();
  } catch (error) {
    await removeHalves();
    for (const step of undo.reverse()) await step().catch(() => undefined);
    throw new UsageError(`nothing was written: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

/** @returns How it is undone. */
async function place(root: string, file: SetupFile, half: string): Promise<() => Promise<unknown>> {
  const { path, before } = file;
  const out = join(root, path);
  if ((await readOwnFile(root, path)) !== before) throw new Error(`${path} was changed meanwhile; run init again`);
  if (before === undefined) {
    await placeNew(half, out);
    return () => rm(out);
  }
  const { mode } = await lstat(out);
  await chmod(half, mode);
  await rename(half, out);
  return () => writeFile(out, before);
}

interface MadeFolders {
  readonly path: string;
  /** Hears of each folder that was made, those above first. */
  readonly made: (folder: string) => void;
}

async function makeFolders(root: string, { path, made }: MadeFolders): Promise<void> {
  await requireOwnFolders(root, path);
  for (const folder of foldersAbove(path)) {
    try {
      await mkdir(join(root, folder));
      made(join(root, folder));
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

/** Of the folders above a path, those that are there are folders of the checkout itself. */
async function requireOwnFolders(root: string, path: string): Promise<void> {
  for (const folder of foldersAbove(path)) {
    const found = await lstat(join(root, folder)).catch(() => undefined);
    if (!found) return;
    if (!found.isSymbolicLink() && !found.isDirectory())
      throw new UsageError(`${folder} is a file; ${path} needs a folder there`);
    if (!isOfTheCheckout(root, folder)) {
      throw new UsageError(`${folder} is a link; nothing is read or written through it, so put a folder in its place`);
    }
  }
}

/** `a`, `a/b` of `a/b/c`. */
function foldersAbove(path: string): readonly string[] {
  const parent = parentOf(path);
  return parent === '' ? [] : [...foldersAbove(parent), parent];
}
