export interface TreeEntry {
  /** As git spells it: `100644`, `100755`, `120000`, `160000` or, for a folder, `40000`. */
  readonly mode: string;
  readonly oid: string;
}

/** What lies in one folder, by name. */
export type Tree = ReadonlyMap<string, TreeEntry>;

export const FOLDER = '40000';

export const EMPTY_TREE_ID = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

export function isFolder(entry: TreeEntry | undefined): entry is TreeEntry {
  return entry?.mode === FOLDER;
}

/** The entries of a tree object: `mode name NUL oid` again and again. */
export function parseTree(content: Buffer): Tree {
  const tree = new Map<string, TreeEntry>();
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const end = content.indexOf(0, space);
    const mode = content.toString('latin1', at, space);
    tree.set(content.toString('utf8', space + 1, end), { mode, oid: content.toString('hex', end + 1, end + 21) });
    at = end + 21;
  }
  return tree;
}

/** As git writes them: folders stand in order as if their names ended in a slash. */
export function serializeTree(tree: Tree): Buffer {
  const named = [...tree].map(([name, entry]) => ({
    entry,
    name: Buffer.from(name),
    order: Buffer.from(isFolder(entry) ? `${name}/` : name),
  }));
  named.sort((one, other) => Buffer.compare(one.order, other.order));
  return Buffer.concat(
    named.flatMap(({ name, entry: { mode, oid } }) => [
      Buffer.from(`${mode} `),
      name,
      Buffer.from([0]),
      Buffer.from(oid, 'hex'),
    ]),
  );
}
