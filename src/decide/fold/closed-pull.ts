import type { PullView } from '../../state/pull-view.ts';
import type { TaskRecord } from '../../state/record.ts';
import { instant, millis, type Snapshot } from '../../state/snapshot.ts';
import { STALE_READS_MS } from '../../state/stale-reads.ts';
import { mayWrite, type Trust } from '../../state/trust.ts';

/** How a closed pull request counts: who may only triage closes one as they close an issue. */
export type ClosedPull =
  /** It is closed. */
  | { readonly kind: 'counts' }
  /** Somebody who may not write did it: it is opened again. */
  | { readonly kind: 'reopen'; readonly reopened: Reopenings }
  /** It was opened again a moment ago, which may not show yet. */
  | { readonly kind: 'reopened' };

type Reopenings = NonNullable<NonNullable<TaskRecord['review']>['reopened']>;

/** Nobody fights for ever. */
const MAX_REOPENED = 10;

export function closedPull(
  { closedBy, closedAt }: Pick<PullView, 'closedBy' | 'closedAt'>,
  { reopened, snapshot }: { readonly reopened: Reopenings | undefined; readonly snapshot: Snapshot },
): ClosedPull {
  if (mayWrite(closedBy, snapshot)) return { kind: 'counts' };
  const { at, times } = reopened ?? { at: undefined, times: 0 };
  const isNews = at === undefined || (closedAt !== undefined && millis(closedAt) > millis(at));
  if (isNews && times < MAX_REOPENED)
    return { kind: 'reopen', reopened: { at: instant(snapshot.now), times: times + 1 } };
  // One that cannot be opened again stays closed then.
  const isRecent = at !== undefined && snapshot.now < millis(at) + STALE_READS_MS;
  return isRecent && !isNews ? { kind: 'reopened' } : { kind: 'counts' };
}

/** A person closed it, and somebody opened it again who may not write: it counts as closed. */
export function isOpenedByStranger({ state, reopened }: Pick<PullView, 'state' | 'reopened'>, trust: Trust): boolean {
  return state === 'open' && reopened !== undefined && !mayWrite(reopened.by, trust);
}
