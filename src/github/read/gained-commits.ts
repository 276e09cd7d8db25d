import type { BaseCommit } from '../../state/snapshot.ts';

/** What lies between two commits, of which part of the history may not have been read. */
export type GainedCommits =
  /** All of them, newest first. */
  | { readonly kind: 'complete'; readonly commits: readonly BaseCommit[] }
  /** The older commit was met, and beside it the history goes on where it was not read: a branch that began long ago. */
  | { readonly kind: 'reached'; readonly commits: readonly BaseCommit[] }
  /** The older commit was not met so far. */
  | { readonly kind: 'unknown' };

interface ReadHistory {
  readonly tip: string;
  /** Newest first; the same one may be there twice. */
  readonly commits: readonly BaseCommit[];
}

/** @returns What `tip` stands on that `last` does not. A walk by parents: a merged branch is older than what it came to. */
export function gainedSince(last: string, { tip, commits }: ReadHistory): GainedCommits {
  const byOid = new Map(commits.map((commit) => [commit.oid, commit]));
  const old = new Set([last, ...reachable(last, { byOid, without: NONE }).found]);
  const gained = reachable(tip, { byOid, without: old });
  const met = tip === last || commits.some(({ oid, parents }) => gained.found.has(oid) && parents.includes(last));
  if (!met) return { kind: 'unknown' };
  const listed = [...byOid.values()].filter(({ oid }) => gained.found.has(oid));
  return { kind: gained.open ? 'reached' : 'complete', commits: listed };
}

const NONE: ReadonlySet<string> = new Set();

interface Walk {
  readonly byOid: ReadonlyMap<string, BaseCommit>;
  readonly without: ReadonlySet<string>;
}

/** A commit and all that it stands on; `open` where some of that was not read. */
function reachable(
  from: string,
  { byOid, without }: Walk,
): { readonly found: ReadonlySet<string>; readonly open: boolean } {
  const found = new Set<string>();
  const left = [from];
  let open = false;
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (found.has(next) || without.has(next)) continue;
    const commit = byOid.get(next);
    if (commit) found.add(next);
    else open = true;
    left.push(...(commit?.parents ?? []));
  }
  return { found, open };
}
