import { constants, copyFile, link, mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../usage-error.ts';

interface OverwriteRequest {
  readonly sources: readonly string[];
  readonly force: boolean;
  readonly dryRun: boolean;
}

/**
 * Whether a file would be written over.
 *
 * @throws WrongUse where nobody asked for that, and where it is the very file that is imported.
 */
export async function refuseToOverwrite(out: string, { sources, force, dryRun }: OverwriteRequest): Promise<boolean> {
  const found = await stat(out).catch(() => undefined);
  if (found === undefined) return false;
  if (found.isDirectory()) throw new UsageError(`${out} is a folder; name a file in it with --out`);
  const ours = await realpath(out);
  for (const source of sources) {
    if ((await realpath(source)) === ours) {
      throw new UsageError(`${out} is the file that is imported; name another file with --out`);
    }
  }
  if (force || dryRun) return true;
  throw new UsageError(`${out} already exists; overwrite it with --force, or name another file with --out`);
}

/**
 * Writes the whole plan or nothing, with the folders above it.
 *
 * @throws WrongUse where a file came to be there that nobody asked to overwrite.
 */
export async function writePlan(text: string, { out, force }: { readonly out: string; readonly force: boolean }) {
  await mkdir(dirname(out), { recursive: true });
  const half = halfOf(out);
  try {
    await writeFile(half, text, { flag: 'wx' });
    if (force) await rename(half, out);
    else await placeNew(half, out);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      throw new UsageError(`${out} already exists; overwrite it with --force, or name another file with --out`, {
        cause: error,
      });
    }
    throw error;
  } finally {
    await rm(half, { force: true });
  }
}

/** Where a file is written before it takes its place. */
export function halfOf(out: string): string {
  return join(dirname(out), `.${basename(out)}.${process.pid}.half`);
}

/** @throws EEXIST where a file is there: none is ever written over. */
export async function placeNew(half: string, out: string): Promise<void> {
  await link(half, out).catch((error: unknown) => placeWithoutLinks(error, { half, out }));
}

/** Some file systems have no links; a copy that takes no existing name is the next best there. */
async function placeWithoutLinks(error: unknown, { half, out }: { readonly half: string; readonly out: string }) {
  if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(codeOf(error))) throw error;
  await copyFile(half, out, constants.COPYFILE_EXCL);
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
