import type { RepositoryRecord } from '../model/records.ts';
import { type GitCommit, readCommit } from './commits.ts';

const NONE: ReadonlySet<string> = new Set();

/**
 * A commit and all that it stands on, as `git log` lists them: of those whose child was listed, the newest comes next.
 * It goes no further at commits `without` which it is asked for. Commits stay readable whatever becomes of the refs that
 * led to them, since nothing here collects garbage.
 */
export async function* historyOf(
  repository: RepositoryRecord,
  head: string,
  without: ReadonlySet<string> = NONE,
): AsyncGenerator<GitCommit> {
  const first = await readCommit(repository, head);
  if (!first || without.has(first.oid)) return;
  const known = new Set<string>([first.oid]);
  const waiting = [first];
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    yield next;
    for (const oid of next.parents) {
      if (known.has(oid) || without.has(oid)) continue;
      known.add(oid);
      const parent = await readCommit(repository, oid);
      if (parent) insert(waiting, parent);
    }
  }
}

/** After everything that is as new. */
function insert(waiting: GitCommit[], commit: GitCommit): void {
  const place = waiting.findIndex(({ committer }) => committer.date < commit.committer.date);
  waiting.splice(place < 0 ? waiting.length : place, 0, commit);
}
