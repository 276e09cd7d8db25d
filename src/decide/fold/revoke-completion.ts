import type { Revocation, TaskRecord } from '../../state/record.ts';

/** A completed task that is to be done again, from the base as it is then: what it landed before stands for nothing. */
export function revokeCompletion(record: TaskRecord, { at, how }: Revocation): TaskRecord {
  const { done, lost, listed, skipped, base, review, waits, ...rest } = record;
  const obsolete = record.live ? record.dispatch - 1 : record.dispatch;
  return { ...rest, unlisted: true, revoked: { at, how }, ...(obsolete > 0 ? { obsolete } : {}) };
}
