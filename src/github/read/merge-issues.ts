import type { IssueView } from '../../state/snapshot.ts';
import { STALE_READS_MS } from '../../state/stale-reads.ts';
import type { IssueCache } from '../issue-cache.ts';
import { type Ledger, stateOf } from '../ledger.ts';

/** Clocks and replicas of GitHub differ: issues that changed so long before the last reading are read again (ms). */
export const ISSUE_OVERLAP_MS = 2 * 60_000;

interface IssueReading {
  /** As they were known before. */
  readonly known: IssueCache['issues'];
  /** What writes of ours replaced. */
  readonly replaced: Ledger['replaced'];
  readonly issues: readonly IssueView[];
  /** Whether these are all issues there are. */
  readonly every: boolean;
  /** When they were read (epoch ms, GitHub's). */
  readonly date: number;
}

/**
 * The issues as they are known once these were read. A reading that is older than what is known does not count.
 * `updatedAt` has a resolution of seconds, so of equal ones the reading counts, but for a state that a write of ours is
 * known to have replaced: that is a stale read. An issue that a reading of all does not find is gone, unless it was
 * written a moment ago.
 */
export function mergeIssues({ known, replaced, issues, every, date }: IssueReading): IssueCache['issues'] {
  if (issues.length === 0 && !every) return known;
  const wasJustWritten = (number: number) => date - (replaced.get(number)?.at ?? 0) <= ISSUE_OVERLAP_MS;
  const merged = new Map(every ? [...known].filter(([number]) => wasJustWritten(number)) : known);
  for (const issue of issues) {
    const other = merged.get(issue.number);
    if (!other || isNewer({ issue, date, write: replaced.get(issue.number) }, other)) merged.set(issue.number, issue);
  }
  return merged;
}

interface Reading {
  readonly issue: IssueView;
  readonly date: number;
  /** The last write of ours to the issue. */
  readonly write: { readonly at: number; readonly states: ReadonlySet<string> } | undefined;
}

function isNewer({ issue, date, write }: Reading, known: IssueView): boolean {
  if (known.updatedAt !== issue.updatedAt) return known.updatedAt < issue.updatedAt;
  return !write || date - write.at >= STALE_READS_MS || !write.states.has(stateOf(issue));
}

/** With what was written since the reading before: it is newer than what was read then. */
export function withWrites(cache: IssueCache, { written, createdLabels }: Ledger): IssueCache {
  if (written.size === 0 && createdLabels.size === 0) return cache;
  return {
    ...cache,
    issues: new Map([...cache.issues, ...written]),
    labels: new Map([...cache.labels, ...createdLabels]),
  };
}

/** Without what is in the cache now, and what reads are sure to show by now. */
export function withoutShown(ledger: Ledger, now: number): Ledger {
  const { written, createdLabels, replaced, said } = ledger;
  if (written.size + createdLabels.size + replaced.size + said.size === 0) return ledger;
  return {
    ...ledger,
    written: new Map(),
    createdLabels: new Map(),
    replaced: new Map([...replaced].filter(([, { at }]) => now - at <= ISSUE_OVERLAP_MS)),
    said: new Map([...said].filter(([, at]) => now - at <= ISSUE_OVERLAP_MS)),
  };
}

/** In order of number. */
export function sortedIssues({ issues }: Pick<IssueCache, 'issues'>): readonly IssueView[] {
  return [...issues.values()].sort((a, b) => a.number - b.number);
}
