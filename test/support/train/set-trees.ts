/**
 * Trees as sets of what was done to the repository: `w3` is the work of task 3, `p1` a commit by somebody else. What the
 * app projects is a number apart.
 */
export interface SetTree {
  readonly parts: ReadonlySet<string>;
  readonly projected: number;
}

const known = new Map<string, SetTree>();

export function readTree(tree: string): SetTree {
  const read = known.get(tree) ?? parse(tree);
  known.set(tree, read);
  return read;
}

function parse(tree: string): SetTree {
  const [parts = '', projected] = tree.split('|');
  return { parts: new Set(parts.split(' ').filter(Boolean)), projected: Number(projected) };
}

export function writeTree(parts: Iterable<string>, projected: number): string {
  return `${[...parts].sort().join(' ')}|${projected}`;
}

/** What trees that differ in nothing but what the app projects have in common. */
export function codeOf(tree: string): string {
  return tree.split('|')[0] ?? '';
}

/** A three-way merge: what was added since the start is put onto another tree, and what was taken away goes. */
export function mergeSets({
  start,
  tree,
  onto,
}: {
  readonly start: string;
  readonly tree: string;
  readonly onto: string;
}): {
  readonly tree: string;
  readonly added: readonly string[];
  readonly met: readonly string[];
} {
  const [before, after, there] = [readTree(start), readTree(tree), readTree(onto)];
  const added = [...after.parts].filter((part) => !before.parts.has(part));
  const kept = [...there.parts].filter((part) => after.parts.has(part) || !before.parts.has(part));
  return {
    tree: writeTree(new Set([...kept, ...added]), there.projected),
    added,
    met: [...there.parts].filter((part) => !before.parts.has(part)),
  };
}
