import type { Cause } from '../../state/cause.ts';
import { dispatchTitle } from '../../state/names.ts';
import type { TaskRecord } from '../../state/record.ts';
import type { Instant, Snapshot } from '../../state/snapshot.ts';
import { endDispatch } from './end-dispatch.ts';
import type { FoldedRun } from './run-finding.ts';

/** How a person says no to a task. */
export type Refusal = Extract<
  Cause,
  { readonly kind: 'cancelled' | 'run-cancelled' | 'skipped' | 'closed' | 'group-closed' | 'removed' | 'listed' }
>;

/** A dispatch of which nothing may land any more: its runs are cancelled, and its claim is buried. */
export interface RefusedDispatch {
  readonly issue: number;
  readonly dispatch: number;
  /** Those that are not known to have ended. */
  readonly runs: readonly number[];
  /** A person said no; otherwise nothing can come of it any more. */
  readonly byPerson: boolean;
}

/**
 * Ends the outstanding dispatch of a task because a person said no. Where nothing is outstanding the record stays as it
 * is. `refusedDispatch` sees by the record that it was ended so, and has its runs cancelled and its claim buried in the
 * same pass.
 */
export function refuseDispatch(
  record: TaskRecord,
  { cause, at }: { readonly cause: Refusal; readonly at: Instant },
): TaskRecord {
  return endDispatch(record, { outcome: 'cancelled', at, cause });
}

interface Folded {
  readonly issue: number;
  /** As the issue holds it. */
  readonly before: TaskRecord;
  readonly run: FoldedRun;
  /** With everything folded in. */
  readonly after: TaskRecord;
}

/** The dispatch that this pass ended because a person said so, or because nothing can come of it any more. */
export function refusedDispatch(
  { issue, before, run, after }: Folded,
  snapshot: Snapshot,
): RefusedDispatch | undefined {
  if (after.live) return undefined;
  const live = run.record.live ?? before.live;
  const last = after.history.at(-1);
  const abandoned = run.found.kind === 'abandoned';
  if (!last || !live || !(abandoned || last.outcome === 'cancelled')) return undefined;
  const { task } = after;
  const title = dispatchTitle({ ...last, task, issue });
  const open = snapshot.runs.filter((each) => !each.ended && (each.title === title || each.id === live.run));
  const ended = snapshot.runs.some(({ id, ended: over }) => id === live.run && over);
  const known = live.run === undefined || ended ? [] : [live.run];
  return {
    issue,
    dispatch: last.dispatch,
    runs: [...new Set([...known, ...open.map(({ id }) => id)])].sort((a, b) => a - b),
    byPerson: !abandoned,
  };
}
