import type { Snapshot } from '../../state/snapshot.ts';
import { STALE_READS_MS } from '../../state/stale-reads.ts';

/** The files as one process saw them last. */
export interface FilesSeen {
  /** The commit of the default branch that they are of. */
  readonly head: string;
  readonly files: Snapshot['files'];
  /** Commits that stood there before, and when another one was seen in their place (epoch ms, GitHub's). */
  readonly replaced: ReadonlyMap<string, number>;
}

interface FilesReading {
  readonly head: string;
  readonly files: Snapshot['files'];
  /** Epoch milliseconds, GitHub's. */
  readonly date: number;
}

export interface NewestFiles extends Pick<Snapshot, 'filesUntil'> {
  readonly seen: FilesSeen;
}

/**
 * Git's replicas lag behind each other: a commit that was seen to be replaced is an older reading for a minute, and the
 * files are those that were seen later. Where it stands there after that, somebody has moved the branch back.
 */
export function newestFiles({ head, files, date }: FilesReading, known: FilesSeen | undefined): NewestFiles {
  if (known?.head === head) return { seen: { ...known, files } };
  const until = (known?.replaced.get(head) ?? Number.NEGATIVE_INFINITY) + STALE_READS_MS;
  if (known && date < until) return { seen: known, filesUntil: until };
  const replaced = known ? [...known.replaced, [known.head, date] as const] : [];
  const recent = replaced.filter(([oid, at]) => oid !== head && date - at < STALE_READS_MS);
  return { seen: { head, files, replaced: new Map(recent) } };
}
