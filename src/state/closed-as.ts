import type { IssueView } from './snapshot.ts';

const CLOSED_AS: Readonly<Record<string, NonNullable<IssueView['closedAs']>>> = {
  NOT_PLANNED: 'not_planned',
  DUPLICATE: 'duplicate',
};

/** @param reason GitHub's `stateReason` of a closed issue; one that was closed before there were any is completed. */
export function closedAs(reason: string | null | undefined): NonNullable<IssueView['closedAs']> {
  return CLOSED_AS[reason ?? ''] ?? 'completed';
}
