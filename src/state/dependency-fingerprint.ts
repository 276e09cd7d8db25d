import type { TaskRecord } from './record.ts';
import type { Snapshot } from './snapshot.ts';

/** A wait for a dependency ends after so long in any case: what the run missed may have been a stale read (ms). */
export const MAX_DEPENDENCY_WAIT_MS = 60 * 60_000;

/**
 * What a task stands on, as one word to compare: the work on the base, progress commits of this process left out, and
 * the issues that it needs. A run that found a dependency missing is worth another try once this is different.
 */
export function dependencyFingerprint({ needs }: Pick<TaskRecord, 'needs'>, { repository, issues }: Snapshot): string {
  const numbers = new Set(Object.values(needs));
  const states = issues.flatMap(({ number, open, closedAs }) =>
    numbers.has(number) ? [`#${number} ${open ? 'open' : closedAs}`] : [],
  );
  return [repository.work ?? repository.head, ...states].join(', ');
}
