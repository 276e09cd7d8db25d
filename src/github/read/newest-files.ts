import type { Snapshot } from '../../state/snapshot.ts';
import { STALE_READS_MS } from '../../state/stale-reads.ts';

/** The files as one process saw them last. */
export interface FilesSeen {
  /** The commit of the default branch that they are of. */
  readonly head: string;
  readonly files: Snapshot['files'];
  /** When it was first seen there (epoch ms, GitHub's), and newest commits that it stands on. */
  readonly since: number;
  readonly below: ReadonlySet<string>;
  /** Commits that stood there before, and when another one was seen in their place (epoch ms, GitHub's). */
  readonly replaced: ReadonlyMap<string, number>;
}

interface FilesReading {
  readonly head: string;
  /** Newest commits that the head stands on, as far as they were asked for. */
  readonly below: readonly string[];
  readonly files: Snapshot['files'];
  /** Epoch milliseconds, GitHub's. */
  readonly date: number;
}

export interface NewestFiles extends Pick<Snapshot, 'filesUntil'> {
  readonly seen: FilesSeen;
}

/**
 * Git's replicas lag behind each other: a commit that was seen to be replaced, or that what was seen later stands on, is an
 * older reading for a minute, and the files are those that were seen later. Where it stands there after that, somebody has
 * moved the branch back.
 */
export function newestFiles({ head, below, files, date }: FilesReading, known: FilesSeen | undefined): NewestFiles {
  if (known?.head === head) return { seen: { ...known, files } };
  const until = known && olderUntil(head, known);
  if (known && until !== undefined && date < until) return { seen: known, filesUntil: until };
  const replaced = known ? [...known.replaced, [known.head, date] as const] : [];
  const recent = replaced.filter(([oid, at]) => oid !== head && date - at < STALE_READS_MS);
  return { seen: { head, files, since: date, below: new Set(below), replaced: new Map(recent) } };
}

/** A replica that lags behind may be the first that this process hears of a commit from. */
function olderUntil(head: string, { replaced, below, since }: FilesSeen): number | undefined {
  const at = replaced.get(head) ?? (below.has(head) ? since : undefined);
  return at === undefined ? undefined : at + STALE_READS_MS;
}
