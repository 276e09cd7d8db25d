import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { gitText, type Repository } from '../git/git.ts';
import { SUBMODULE_MODE } from '../git/symlinks.ts';
import type { TreeChange, WorkChange } from '../git/workspace.ts';

/** Of all files before a change, and of all after it: as much as is looked through in a few seconds. */
const MAX_BYTES = 64_000_000;

/** What a piece of work changes, as a patch of text in a file. */
export interface PatchFile {
  readonly paths: readonly string[];
  /** Of files that count; where they are more than are looked through, there is no patch. */
  readonly tooLarge: number | undefined;
}

/**
 * Writes the patch, whatever attributes say, what is binary as text, too, and of files that moved what is other in them.
 * @param counts Of which files the size counts.
 */
export async function writePatch(
  repository: Repository,
  {
    from,
    tree,
    changes,
    file,
    counts,
  }: WorkChange & { readonly file: string; readonly counts: (path: string) => boolean },
): Promise<PatchFile> {
  const paths = changes.map(({ path }) => path);
  const bytes = await sizeOf(
    repository,
    changes.filter(({ path }) => counts(path)),
  );
  if (bytes > MAX_BYTES) return { paths, tooLarge: bytes };
  await mkdir(dirname(file), { recursive: true });
  const shown = ['-p', '--text', '--unified=0', '--find-renames', '--no-ext-diff', '--no-textconv', '--no-color'];
  const prefixes = ['--src-prefix=a/', '--dst-prefix=b/', '--full-index', '--submodule=short'];
  await gitText(repository, ['diff-tree', '-r', ...shown, ...prefixes, `--output=${file}`, from, tree]);
  return { paths, tooLarge: undefined };
}

/** @returns Bytes of all files before, or of all after, whichever are more. */
async function sizeOf(repository: Repository, changes: readonly TreeChange[]): Promise<number> {
  const objectsOf = (files: readonly Pick<TreeChange, 'mode' | 'object'>[]) =>
    files.filter(({ mode }) => mode !== '000000' && mode !== SUBMODULE_MODE).map(({ object }) => object);
  const [before, after] = [objectsOf(changes.map((change) => change.before)), objectsOf(changes)];
  if (before.length + after.length === 0) return 0;
  const input = `${[...before, ...after].join('\n')}\n`;
  const answer = await gitText(repository, ['cat-file', '--batch-check=%(objectsize)'], { input });
  const sizes = answer.split('\n').map(Number);
  const sum = (some: readonly number[]) => some.reduce((total, size) => total + size, 0);
  return Math.max(sum(sizes.slice(0, before.length)), sum(sizes.slice(before.length)));
}
