/**
 * True when two lists of globs may name a common path. Errs on the side of yes: each glob counts as the folder or
 * file in front of its first wildcard, and overlaps whatever lies below it.
 */
export function overlaps(a: readonly string[], b: readonly string[]): boolean {
  return a.some((one) => b.some((other) => prefixesOverlap(globPrefix(one), globPrefix(other))));
}

/** What stands in front of a glob's first wildcard, and whether a name may go on from there. */
export interface GlobPrefix {
  readonly path: string;
  readonly open: boolean;
}

export function globPrefix(glob: string): GlobPrefix {
  const wildcard = glob.search(/[*?[{]/);
  return wildcard < 0
    ? { path: glob.replace(/\/$/, ''), open: glob.endsWith('/') }
    : { path: glob.slice(0, wildcard), open: true };
}

/** A path without a wildcard may be a folder as well. */
export function prefixesOverlap(a: GlobPrefix, b: GlobPrefix): boolean {
  if (a.path === b.path || b.path.startsWith(`${a.path}/`) || a.path.startsWith(`${b.path}/`)) return true;
  return (a.open && b.path.startsWith(a.path)) || (b.open && a.path.startsWith(b.path));
}
