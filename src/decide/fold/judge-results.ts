import { usesAttempt } from '../../state/attempts.ts';
import { type BaseEvidence, type FoundLanding, failedWhereItLanded } from '../../state/evidence.ts';
import type { TaskRecord } from '../../state/record.ts';
import { millis, type RunView } from '../../state/snapshot.ts';
import type { Timings } from '../../state/timings.ts';
import type { ReportedResult } from './reported-results.ts';

/**
 * What a dispatch came to, as far as that is proven. Every workflow of a repository comments under the name that task runs
 * comment under, so that a result alone is no evidence: work is on the base under its own trailers, or it is not, and a
 * failure is not believed while the run is still at work.
 */
export type Verdict =
  /** Nothing that counts was said. */
  | { readonly kind: 'silent' }
  /** Something was said, and what would bear it out may come in view until then (epoch ms). */
  | { readonly kind: 'pending'; readonly until: number }
  | { readonly kind: 'landed'; readonly landing: FoundLanding; readonly reported: ReportedResult | undefined }
  /** A run says how it ended. Where it says that it landed its work, that is not on the base. */
  | { readonly kind: 'reported'; readonly reported: ReportedResult };

export interface Testimony {
  readonly record: TaskRecord;
  /** Results of the outstanding dispatch, oldest first. */
  readonly results: readonly ReportedResult[];
  /** Runs of the outstanding dispatch, as far as they are in view. */
  readonly runs: readonly RunView[];
  readonly landings: ReturnType<BaseEvidence['landings']>;
  readonly timings: Timings;
  readonly now: number;
}

export function judgeResults(testimony: Testimony): Verdict {
  const { results, landings, runs } = testimony;
  const landing = landings.find((candidate) => isFromHere(candidate, testimony));
  const credible = results.filter((reported) => !isBelied(reported, runs) && !isOvertaken(reported, landing));
  const completed = credible.find(({ result }) => result.outcome === 'completed');
  const others = credible.filter(({ result }) => result.outcome !== 'completed');
  // A run reports once. Of two words on it one is made up: what costs nothing is not believed against what costs an attempt.
  const other = others.find(({ result }) => usesAttempt(result.outcome)) ?? others[0];
  if (landing && completed && (!other || isOver(completed, testimony)))
    return { kind: 'landed', landing, reported: completed };
  if (credible.length === 0) return judgeSilence(testimony, landing);
  const undecided = credible.filter((reported) => !mergedReview(reported, landing ? [landing] : []));
  const atWork = undecided.flatMap((reported) => pendingUntil(reported, testimony));
  if (atWork.length > 0) return { kind: 'pending', until: Math.min(...atWork) };
  // The base may be read as it was a minute ago.
  const due = completed && lastWordOf(completed, testimony) + testimony.timings.resultGrace;
  if (completed && due !== undefined && testimony.now < due) return { kind: 'pending', until: due };
  const reported = other ?? completed;
  return reported ? { kind: 'reported', reported } : { kind: 'silent' };
}

/** A comment may be lost or deleted: what a run that ended well has landed speaks for itself. */
function judgeSilence({ runs, record, timings, now }: Testimony, landing: FoundLanding | undefined): Verdict {
  const run = runs.find(({ id }) => id === landing?.run);
  const own = landing?.dispatch === record.dispatch;
  if (!landing || !own || !run?.ended || hasFailed(run) || runs.some(({ ended }) => !ended)) return { kind: 'silent' };
  if (now < millis(run.updatedAt) + timings.resultGrace) return { kind: 'silent' };
  return { kind: 'landed', landing, reported: undefined };
}

/** Outcomes with which a run ends well. */
const ENDING_WELL: ReadonlySet<string> = new Set(['completed', 'in-review', 'continued']);

/** A run that failed or was cancelled has neither completed anything nor left anything to go on with. */
function isBelied({ result }: ReportedResult, runs: readonly RunView[]): boolean {
  const run = runs.find(({ id }) => id === result.run);
  return ENDING_WELL.has(result.outcome) && run?.ended === true && hasFailed(run);
}

/** Two runs of one dispatch, and the other one landed: what this one could not do is done. */
function isOvertaken({ result }: ReportedResult, landing: FoundLanding | undefined): boolean {
  return landing?.dispatch === result.dispatch && landing.run !== result.run && result.outcome !== 'completed';
}

/**
 * People have merged what its run showed them: whether or not that is seen to end, it has nothing left to do.
 * @returns The one of these landings by which it came.
 */
export function mergedReview({ result }: ReportedResult, landings: readonly FoundLanding[]): FoundLanding | undefined {
  if (result.outcome !== 'in-review') return undefined;
  return landings.find(({ dispatch, run }) => dispatch === result.dispatch && run === result.run);
}

const GOOD_CONCLUSIONS: readonly (string | undefined)[] = ['success', 'neutral', 'skipped', undefined];

function hasFailed({ conclusion }: Pick<RunView, 'conclusion'>): boolean {
  return !GOOD_CONCLUSIONS.includes(conclusion);
}

/** A rehearsal may list runs at every pass. */
const MIN_PAUSE_MS = 1_000;

/** When to look again, while the run is at work, or may only not be in view. */
function pendingUntil(reported: ReportedResult, testimony: Testimony): readonly number[] {
  if (isOver(reported, testimony)) return [];
  const { now, timings } = testimony;
  const said = millis(reported.comment.createdAt);
  const every = Math.max(timings.runsEvery, MIN_PAUSE_MS);
  return [said + (Math.floor((now - said) / every) + 1) * every];
}

/** The run that a result names has ended, or is none that is listed any more. */
function isOver({ result, comment }: ReportedResult, { runs, now, timings }: Testimony): boolean {
  const run = runs.find(({ id }) => id === result.run);
  return run ? run.ended : now >= millis(comment.createdAt) + timings.resultGrace;
}

function lastWordOf({ result, comment }: ReportedResult, { runs }: Testimony): number {
  const run = runs.find(({ id }) => id === result.run);
  return Math.max(millis(comment.createdAt), run?.ended ? millis(run.updatedAt) : 0);
}

/**
 * Whether work is what this dispatch landed, or an earlier one: then its run has found it on the base, and says so. By
 * which of several runs it landed, and what became of the others, is no matter.
 */
function isFromHere(landing: FoundLanding, { record, runs }: Testimony): boolean {
  const { dispatch, run, inEffect } = landing;
  if (dispatch === undefined || dispatch <= (record.obsolete ?? 0)) return false;
  // What was taken back before anybody had seen it has landed all the same, and is lost.
  if (dispatch === record.dispatch) return run === record.live?.run || runs.some(({ id }) => id === run);
  return inEffect && dispatch < record.dispatch && !failedWhereItLanded(record, landing);
}
