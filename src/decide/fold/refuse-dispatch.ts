import type { Cause } from '../../state/cause.ts';
import { dispatchTitle } from '../../state/names.ts';
import type { TaskRecord } from '../../state/record.ts';
import { type Instant, instant, type Snapshot } from '../../state/snapshot.ts';
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

/**
 * The dispatch that this pass ended because a person said so, or because nothing can come of it any more: of a second run
 * of it neither, once the first has reported.
 */
export function refusedDispatch(
  { issue, before, run, after }: Folded,
  { runs }: Snapshot,
): RefusedDispatch | undefined {
  const last = after.history.at(-1);
  if (after.live || !last) return undefined;
  const title = dispatchTitle({ ...last, task: after.task, issue });
  const atWork = runs.flatMap((each) => (!each.ended && each.title === title ? [each.id] : []));
  const ended = { issue, dispatch: last.dispatch };
  const live = run.record.live ?? before.live;
  const abandoned = run.found.kind === 'abandoned';
  if (live && (abandoned || last.outcome === 'cancelled')) {
    const isOver = runs.some(({ id, ended: over }) => id === live.run && over);
    const known = live.run === undefined || isOver ? [] : [live.run];
    return { ...ended, runs: inOrder([...known, ...atWork]), byPerson: !abandoned };
  }
  const isNew = last.dispatch > (before.history.at(-1)?.dispatch ?? 0);
  const others = isNew ? atWork.filter((id) => id !== last.run) : [];
  return others.length === 0 ? undefined : { ...ended, runs: inOrder(others), byPerson: false };
}

function inOrder(runs: readonly number[]): readonly number[] {
  return [...new Set(runs)].sort((a, b) => a - b);
}

/** The record in which it is kept that runs were told to end: until they have, they hold their slot. */
export function withStopped(record: TaskRecord, refused: RefusedDispatch | undefined, { now }: Snapshot): TaskRecord {
  if (!refused || refused.runs.length === 0) return record;
  const history = record.history.map((past) =>
    past.dispatch === refused.dispatch ? { ...past, stopped: instant(now) } : past,
  );
  return { ...record, history };
}
