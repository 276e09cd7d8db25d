import { nextAttempt } from '../../state/attempts.ts';
import type { TaskRecord } from '../../state/record.ts';
import { type Instant, type IssueView, millis, type Snapshot } from '../../state/snapshot.ts';
import { STALE_READS_MS } from '../../state/stale-reads.ts';
import { revokeCompletion } from './revoke-completion.ts';

interface Reopening {
  readonly issue: Pick<IssueView, 'number' | 'reopenedAt' | 'closedAt' | 'closedAs' | 'closedBy'>;
  readonly snapshot: Pick<Snapshot, 'comments' | 'app'>;
  /** The record can be read: it tells which reopening it knows. */
  readonly intact: boolean;
  /** The configured number of attempts. */
  readonly attempts: number;
}

/** A closed issue that a person opened again is to be done again, with fresh attempts, from the base as it is then. */
export function foldReopening(record: TaskRecord, { issue, snapshot, intact, attempts }: Reopening): TaskRecord {
  const { number, reopenedAt } = issue;
  const { comments } = snapshot;
  const known = record.done?.at ?? record.retried;
  if (reopenedAt === undefined || (known !== undefined && millis(reopenedAt) <= millis(known))) return record;
  if (!intact && isClosedSince(reopenedAt, issue, snapshot)) return { ...record, retried: reopenedAt };
  const revoked = revokeCompletion(record, { at: reopenedAt, how: 'reopened' });
  const since = comments.filter(({ issue: on, createdAt }) => on === number && isSoonAfter(createdAt, reopenedAt));
  return {
    ...revoked,
    retried: reopenedAt,
    ceiling: nextAttempt(record) - 1 + attempts,
    // A pass that read the issue as it was before has answered that there is nothing left to do.
    commands: revoked.commands.filter((id) => !since.some((comment) => comment.id === id)),
  };
}

/** By a pass that had read of the reopening, since none reads what is older: it was done by then, or listed as completed. */
function isClosedSince(
  reopenedAt: Instant,
  { closedAt, closedAs, closedBy }: Reopening['issue'],
  { app }: Pick<Snapshot, 'app'>,
): boolean {
  if (closedAt === undefined || closedAs !== 'completed' || closedBy !== app) return false;
  return millis(closedAt) - millis(reopenedAt) > STALE_READS_MS;
}

function isSoonAfter(at: Instant, reopenedAt: Instant): boolean {
  const passed = millis(at) - millis(reopenedAt);
  return passed >= 0 && passed <= STALE_READS_MS;
}
