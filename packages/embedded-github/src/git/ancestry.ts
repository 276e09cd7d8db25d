import type { RepositoryRecord } from '../model/records.ts';
import { type GitCommit, readCommit } from './commits.ts';
import { historyOf } from './history.ts';

/**
 * Commits reachable from `to` and not from `from` (null: all of them), as `git rev-list --reverse` lists them: oldest
 * first, of more than `limit` the newest.
 */
export async function commitsBetween(
  repository: RepositoryRecord,
  { from, to, limit = 2048 }: { readonly from: string | null; readonly to: string; readonly limit?: number },
): Promise<readonly GitCommit[]> {
  const base = from === null ? null : await readCommit(repository, from);
  const commits = base && (await commitsInLine(repository, { from: base.oid, to }));
  if (commits) return commits.slice(0, limit).reverse();
  return newest(historyOf(repository, to, base ? await ancestors(repository, base.oid) : undefined), limit);
}

/** Newest first, where one commit stands on the other by nothing but single parents, as after most pushes; else null. */
async function commitsInLine(
  repository: RepositoryRecord,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<readonly GitCommit[] | null> {
  const commits: GitCommit[] = [];
  let commit = await readCommit(repository, to);
  while (commit && commit.oid !== from) {
    commits.push(commit);
    const [parent, second] = commit.parents;
    commit = parent === undefined || second !== undefined ? null : await readCommit(repository, parent);
  }
  return commit && commits;
}

/** Oldest first. */
async function newest(history: AsyncIterable<GitCommit>, limit: number): Promise<readonly GitCommit[]> {
  const commits: GitCommit[] = [];
  for await (const commit of history) {
    if (commits.length === limit) break;
    commits.push(commit);
  }
  return commits.reverse();
}

/** Ids of a commit and of all that it stands on. */
async function ancestors(repository: RepositoryRecord, commit: string): Promise<ReadonlySet<string>> {
  const oids = new Set<string>();
  for await (const { oid } of historyOf(repository, commit)) oids.add(oid);
  return oids;
}

/** Whether `newer` stands on `older` or is it. */
export async function isAncestor(
  repository: RepositoryRecord,
  { older, newer }: { readonly older: string; readonly newer: string },
): Promise<boolean> {
  const wanted = await readCommit(repository, older);
  if (!wanted) return false;
  for await (const { oid } of historyOf(repository, newer)) if (oid === wanted.oid) return true;
  return false;
}

/** The newest commit that both stand on, of those that no other such commit stands on; null where they share nothing. */
export async function commonAncestor(
  repository: RepositoryRecord,
  { base, head }: { readonly base: string; readonly head: string },
): Promise<string | null> {
  const shared = await ancestors(repository, base);
  if (shared.has(head)) return head;
  const met = new Set<string>();
  for await (const { parents } of historyOf(repository, head, shared)) {
    for (const parent of parents) if (shared.has(parent)) met.add(parent);
  }
  const best: GitCommit[] = [];
  for (const oid of met) {
    const commit = await readCommit(repository, oid);
    if (commit && !(await isBelow(repository, { commit: oid, others: met }))) best.push(commit);
  }
  best.sort((one, other) => other.committer.date - one.committer.date);
  return best[0]?.oid ?? null;
}

async function isBelow(
  repository: RepositoryRecord,
  { commit, others }: { readonly commit: string; readonly others: ReadonlySet<string> },
): Promise<boolean> {
  for (const other of others) {
    if (other !== commit && (await isAncestor(repository, { older: commit, newer: other }))) return true;
  }
  return false;
}
