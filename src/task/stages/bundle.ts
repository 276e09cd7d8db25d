import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { git, gitText, type Repository } from '../git/git.ts';
import { commitTree } from '../land/merge.ts';

/** A tree that travels from job to job, as a git bundle of what it has over the base. */

const REF = 'refs/agent-waves/handed';

/** An artifact that is larger would take longer than the work. */
export const LARGEST_BUNDLE = 1024 * 1024 * 1024;

export function bundleFile(folder: string): string {
  return join(folder, 'work.bundle');
}

/** @throws when the work is too large to travel. */
export async function packTree(
  repository: Repository,
  { tree, base, folder }: { readonly tree: string; readonly base: string; readonly folder: string },
): Promise<void> {
  // The message makes the commit differ from the base even where nothing was changed: git makes no empty bundle.
  const commit = await commitTree(repository, { tree, parents: [base], message: 'work' });
  await gitText(repository, ['update-ref', REF, commit]);
  const file = bundleFile(folder);
  await gitText(repository, ['bundle', 'create', '--quiet', file, REF, '--not', base]);
  const { size } = await lstat(file);
  if (size > LARGEST_BUNDLE)
    throw new Error(`the work has ${size} bytes packed; ${LARGEST_BUNDLE} is the most that is handed on`);
}

/**
 * Takes the objects of a bundle as data: each is checked as it comes in, and nothing of the bundle but the tree counts,
 * neither its commit's parents nor its message.
 * @returns The tree, or undefined when there is no bundle.
 * @throws when it is not what was promised.
 */
export async function unpackTree(
  repository: Repository,
  { folder, expected }: { readonly folder: string; readonly expected: string },
): Promise<string | undefined> {
  const file = bundleFile(folder);
  const found = await lstat(file).catch(() => undefined);
  if (!found) return undefined;
  if (!found.isFile() || found.size > LARGEST_BUNDLE) throw new Error('the bundle of the work is no file that is read');
  // Packs stay packed: what unpacks to a thousand times its size takes no more room than it came with.
  const strict = ['-c', 'transfer.fsckObjects=true', '-c', 'fetch.unpackLimit=1'];
  const fetched = await git(repository, [
    ...strict,
    ...['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', file, `+${REF}:${REF}`],
  ]);
  if (!fetched.ok) throw new Error(`the bundle of the work is not taken: ${fetched.stderr.trim().slice(-1_000)}`);
  const tree = await gitText(repository, ['rev-parse', '--verify', `${REF}^{tree}`]);
  if (tree !== expected) throw new Error(`the bundle holds the tree ${tree}, and ${expected} was promised`);
  return tree;
}
