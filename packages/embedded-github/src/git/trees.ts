import type { RepositoryRecord } from '../model/records.ts';
import { writeObject } from './loose-objects.ts';
import { EMPTY_TREE_ID, FOLDER, isFolder, parseTree, serializeTree, type Tree } from './tree-entries.ts';

const FILE = '100644';

/** The folder that an expression leads to; one that is not there is empty. */
export async function readTree(repository: RepositoryRecord, expression: string): Promise<Tree> {
  const object = await repository.objects.read(expression);
  return object?.type === 'tree' ? parseTree(object.content) : new Map();
}

/** Whether git takes a file by this path. */
export function isFilePath(path: string): boolean {
  return path.split('/').every((part) => !['', '.', '..', '.git'].includes(part.toLowerCase()));
}

export interface FileChanges {
  readonly additions: readonly { readonly path: string; readonly content: Buffer }[];
  readonly deletions: readonly string[];
}

/** Writes the tree that changes make of another one: a file takes the place of what has its path. @returns Its id. */
export async function writeTree(
  repository: RepositoryRecord,
  { from, changes }: { readonly from: string | null; readonly changes: FileChanges },
): Promise<string> {
  const files = new Map<string, Buffer | null>();
  for (const path of changes.deletions) files.set(path, null);
  for (const { path, content } of changes.additions) files.set(path, content);
  return writeFolder(repository, { before: from === null ? new Map() : await readTree(repository, from), files });
}

/** Files by path within the folder; null takes one out. */
async function writeFolder(
  repository: RepositoryRecord,
  { before, files }: { readonly before: Tree; readonly files: ReadonlyMap<string, Buffer | null> },
): Promise<string> {
  const tree = new Map(before);
  const below = new Map<string, Map<string, Buffer | null>>();
  for (const [path, content] of files) {
    const slash = path.indexOf('/');
    if (slash >= 0) {
      const [folder, rest] = [path.slice(0, slash), path.slice(slash + 1)];
      below.set(folder, (below.get(folder) ?? new Map()).set(rest, content));
    } else if (content !== null) {
      tree.set(path, { mode: FILE, oid: writeObject(repository.gitDir, { type: 'blob', content }) });
    } else if (!isFolder(tree.get(path))) tree.delete(path);
  }
  for (const [name, within] of below) {
    const entry = tree.get(name);
    const folder = isFolder(entry) ? await readTree(repository, entry.oid) : new Map();
    const oid = await writeFolder(repository, { before: folder, files: within });
    if (oid !== EMPTY_TREE_ID) tree.set(name, { mode: FOLDER, oid });
    // Nothing is left of a folder without files.
    else if (isFolder(entry)) tree.delete(name);
  }
  return writeObject(repository.gitDir, { type: 'tree', content: serializeTree(tree) });
}
