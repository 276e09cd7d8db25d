import { gitText, type Repository } from '../git/git.ts';

/** What a piece of work changes in one file. */
export interface FileDiff {
  readonly path: string;
  /** Undefined for a binary file. */
  readonly added: number | undefined;
  readonly removed: number | undefined;
  readonly patch: string;
}

export interface Diff {
  /** In the order of git: by path. */
  readonly files: readonly FileDiff[];
  /** The whole of it. */
  readonly patch: string;
}

/** Attributes, filters and drivers of the tree do nothing: what changed is shown as it is. */
const PLAIN = ['-r', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color'];

/** @returns How a tree differs from a commit. */
export async function diffOf(
  repository: Repository,
  { from, tree }: { readonly from: string; readonly tree: string },
): Promise<Diff> {
  const [patch, numbers] = await Promise.all([
    gitText(repository, ['diff-tree', '-p', ...PLAIN, from, tree]),
    gitText(repository, ['diff-tree', '--numstat', '-z', ...PLAIN, from, tree]),
  ]);
  const patches = byFile(patch);
  const files = numbers
    .split('\0')
    .filter(Boolean)
    .map((line, nth): FileDiff => {
      const [added = '-', removed = '-', ...path] = line.split('\t');
      return { path: path.join('\t'), added: count(added), removed: count(removed), patch: patches[nth] ?? '' };
    });
  return { files, patch };
}

/** Every line of a patch begins with a sign of its own, so no content can look like the head of another file. */
function byFile(patch: string): readonly string[] {
  const heads = new Map<string, string>();
  for (const part of patch ? patch.split(/^(?=diff --git )/m) : []) {
    const head = part.slice(0, part.indexOf('\n'));
    // A file that became a link is shown twice: as one that is gone, and as one that came.
    heads.set(head, (heads.get(head) ?? '') + part);
  }
  return [...heads.values()];
}

function count(text: string): number | undefined {
  return text === '-' ? undefined : Number(text);
}
