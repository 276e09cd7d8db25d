import { asItCounts } from '../../state/standing.ts';
import type { Memory } from '../memory.ts';
import { sortedIssues, withWrites } from './merge-issues.ts';
import { knownWriters } from './permissions.ts';
import { outstandingRuns } from './wanted.ts';

/**
 * Whether it matters that a run has ended, by what a process remembers: it is that of an outstanding dispatch, or may be.
 * Everything that one said and did before its end is read without it.
 * @param app Login under which the app writes.
 */
export function isRunAwaited(
  run: number,
  { memory: { cache, ledger, derivations }, app }: { readonly memory: Memory; readonly app: string },
): boolean {
  if (cache.issuesSince === undefined) return true;
  const issues = sortedIssues(withWrites(cache, ledger));
  const counted = asItCounts({ app, issues, writers: knownWriters(cache) }, derivations);
  const { nameless, runs } = outstandingRuns({ ...counted, ledger, derivations });
  return nameless || runs.has(run);
}
