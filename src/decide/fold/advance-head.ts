import type { TaskId } from '../../plan/plan.ts';
import { readTrailers } from '../../state/landing-trailers.ts';
import type { GroupRecord, TaskRecord } from '../../state/record.ts';
import type { BaseCommit, BaseHistory, Snapshot } from '../../state/snapshot.ts';
import type { TrackedIssue } from '../../state/tracked-issues.ts';

/** The base is not read from its beginning at every start: so far behind is near enough. */
const MAX_BEHIND = 100;

/** Tasks of the plan, and those that left it. */
type TrackedTasks = Pick<ReadonlyMap<TaskId, TrackedIssue<TaskRecord>>, 'get'>;

export interface LookedAt {
  readonly snapshot: Snapshot;
  /** The tasks as GitHub has them, and as they are after this pass. */
  readonly before: TrackedTasks;
  readonly after: TrackedTasks;
  /** Of the latter, those of which something may be another now. */
  readonly changed: Iterable<readonly [TaskId, TrackedIssue<TaskRecord>]>;
  /** The plan's record is written anyway. */
  readonly written: boolean;
  /** A reading of the base is to be made once more before it is believed. */
  readonly isUnclear: boolean;
}

export interface AdvancedHead {
  readonly plan: TrackedIssue<GroupRecord>;
  readonly wakeAt: number | undefined;
}

/**
 * Moves the last look to the tip of the base, once everything that landed or was taken back up to there is in records
 * that GitHub holds. It is worth no write of its own for every commit of progress.
 */
export function advanceHead(plan: TrackedIssue<GroupRecord>, looked: LookedAt): AdvancedHead {
  const { snapshot, before, after } = looked;
  const { base, repository } = snapshot;
  if (!base || looked.isUnclear) return { plan, wakeAt: undefined };
  // Once that is in the records, the next pass goes past it.
  if (hasNews(looked)) return { plan, wakeAt: snapshot.now };
  const gained = gainedBy(base);
  const { head } = repository;
  if (head === plan.record.head || !isWorthIt(plan, { ...looked, base, gained })) return { plan, wakeAt: undefined };
  // What is not in the records has to be found after the last look, by whoever looks next.
  if (!gained.some((commit) => isUnaccounted(commit, before)))
    return { plan: { ...plan, record: { ...plan.record, head } }, wakeAt: undefined };
  const isWorthItAlone = isWorthIt(plan, { ...looked, written: false, base, gained });
  const isRecordedNow = !gained.some((commit) => isUnaccounted(commit, after));
  return { plan, wakeAt: isWorthItAlone && isRecordedNow ? snapshot.now : undefined };
}

/** A loss that was found in this pass, or is over: its record may fail to be written. */
function hasNews({ before, changed }: LookedAt): boolean {
  return [...changed].some(([id, { record }]) => record.lost?.at !== before.get(id)?.record.lost?.at);
}

function gainedBy({ commits, since }: BaseHistory): readonly BaseCommit[] {
  const place = since === undefined ? -1 : commits.findIndex(({ oid }) => oid === since);
  return place < 0 ? commits : commits.slice(0, place);
}

/** Work of a task that its record does not tell of. */
function isUnaccounted({ message }: BaseCommit, tasks: TrackedTasks): boolean {
  return readTrailers(message).some(({ task, issue, dispatch }) => {
    const known = tasks.get(task as TaskId);
    if (!known || known.issue.number !== issue || known.record.done) return false;
    return dispatch !== undefined && dispatch > (known.record.obsolete ?? 0);
  });
}

interface Worth extends LookedAt {
  readonly base: BaseHistory;
  readonly gained: readonly BaseCommit[];
}

function isWorthIt({ record }: TrackedIssue<GroupRecord>, { written, base, gained }: Worth): boolean {
  if (written || gained.length > MAX_BEHIND) return true;
  // Whoever starts anew would have to read everything once more.
  return base.whole && record.head !== undefined && gained.length > 0;
}
