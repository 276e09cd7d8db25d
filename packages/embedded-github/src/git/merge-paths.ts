import type { RepositoryRecord } from '../model/records.ts';
import { writeObject } from './loose-objects.ts';
import { EMPTY_TREE_ID, FOLDER, isFolder, serializeTree, type Tree, type TreeEntry } from './tree-entries.ts';
import { readTree } from './trees.ts';

interface Sides<T> {
  readonly base: T;
  readonly ours: T;
  readonly theirs: T;
}

/**
 * Merges two trees by whole paths: what one side alone has changed is as that side has it. Stricter than git, which merges
 * lines and follows renames: a file that both have changed, and not to the same, conflicts.
 * @returns The merged tree, null where something conflicts.
 */
export async function mergePaths(repository: RepositoryRecord, trees: Sides<string>): Promise<string | null> {
  const { base, ours, theirs } = trees;
  const read = async (oid: string) =>
    oid === EMPTY_TREE_ID ? new Map<string, TreeEntry>() : readTree(repository, oid);
  const sides: Sides<Tree> = { base: await read(base), ours: await read(ours), theirs: await read(theirs) };
  const merged = new Map<string, TreeEntry>();
  for (const name of new Set([...sides.ours.keys(), ...sides.theirs.keys()])) {
    const each = { base: sides.base.get(name), ours: sides.ours.get(name), theirs: sides.theirs.get(name) };
    const entry = await mergeEntry(repository, each);
    if (entry === null) return null;
    if (entry && !(isFolder(entry) && entry.oid === EMPTY_TREE_ID)) merged.set(name, entry);
  }
  return writeObject(repository.gitDir, { type: 'tree', content: serializeTree(merged) });
}

/** @returns Undefined where nothing is left, null where the sides conflict. */
async function mergeEntry(
  repository: RepositoryRecord,
  { base, ours, theirs }: Sides<TreeEntry | undefined>,
): Promise<TreeEntry | undefined | null> {
  if (isSame(ours, theirs) || isSame(theirs, base)) return ours;
  if (isSame(ours, base)) return theirs;
  const folders = [base, ours, theirs].map((each) => (each === undefined ? EMPTY_TREE_ID : isFolder(each) && each.oid));
  const [below, own, other] = folders;
  // Both sides have it in some way: a folder that one of them took away may be full of what the other one changed.
  if (!below || !own || !other || (!isFolder(ours) && !isFolder(theirs))) return null;
  const oid = await mergePaths(repository, { base: below, ours: own, theirs: other });
  return oid === null ? null : { mode: FOLDER, oid };
}

function isSame(one: TreeEntry | undefined, other: TreeEntry | undefined): boolean {
  return one?.oid === other?.oid && one?.mode === other?.mode;
}
