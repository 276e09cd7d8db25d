import type { CommentView } from '../../state/snapshot.ts';
import type { Timings } from '../../state/timings.ts';
import { findPlanIssue } from '../../state/tracked-issues.ts';
import type { IssueCache } from '../issue-cache.ts';
import type { ToldEnds } from './runs.ts';
import { areEndsAwaited, commentsSince, type Known, outstandingRuns, wantedRuns } from './wanted.ts';

interface Asked extends Known {
  readonly timings: Pick<Timings, 'dispatchGrace'>;
  /** Runs that are told to have ended since the reading before. */
  readonly endedRuns?: ReadonlySet<number> | undefined;
  readonly toldEnds?: ToldEnds | undefined;
}

interface Seen {
  readonly comments: readonly CommentView[];
  readonly runsSince: number | undefined;
  readonly commentsRead: boolean;
  /** GitHub's clock, epoch milliseconds. */
  readonly now: number;
  readonly cache: Pick<IssueCache, 'runs' | 'comments'>;
}

/**
 * What a reading lacks, by the issues that it shows: runs and comments are listed before these, as far back as was wanted
 * then, and a record that somebody has broken meanwhile is remade from all of them.
 */
export function stillMissing(
  asked: Asked,
  seen: Seen,
): { readonly runsNeeded: boolean; readonly commentsNeeded: boolean } {
  const { runsSince, now, cache } = seen;
  const wantedSince = () => wantedRuns(asked, { runs: cache.runs, now }).since ?? now;
  return {
    runsNeeded: runsSince === undefined ? areRunsMissing(asked, seen) : wantedSince() < runsSince,
    commentsNeeded: !seen.commentsRead || areOlderCommentsMissing(asked, seen),
  };
}

/**
 * Whether something is missing that a listing of runs would show: the run of a dispatch that somebody else sent, or that
 * shows none for too long; the end of one that is told to have ended; or one whose failure was told, which its own end
 * bears out.
 */
function areRunsMissing(
  { endedRuns = new Set(), toldEnds = new Map(), timings, ...known }: Asked,
  { comments, now, cache: { runs } }: Seen,
): boolean {
  const outstanding = outstandingRuns(known);
  if (outstanding.nameless || areEndsAwaited(known, { comments, runs })) return true;
  return [...outstanding.runs].some(([run, sent = now]) => {
    const isUnseen = !runs.has(run) && now >= sent + timings.dispatchGrace;
    return isUnseen || ((endedRuns.has(run) || toldEnds.has(run)) && runs.get(run)?.ended !== true);
  });
}

function areOlderCommentsMissing(known: Known, { cache: { comments } }: Seen): boolean {
  const plan = findPlanIssue(known);
  return plan !== undefined && comments !== undefined && commentsSince(plan, known) < comments.since;
}
