import type { Cause } from '../../state/cause.ts';
import { type DispatchInputs, dispatchTitle } from '../../state/names.ts';
import type { LiveDispatch, TaskRecord } from '../../state/record.ts';
import {
  type Instant,
  type IssueView,
  instant,
  millis,
  type RunStop,
  type RunView,
  type Snapshot,
} from '../../state/snapshot.ts';
import type { Timings } from '../../state/timings.ts';
import type { TrackedIssue } from '../../state/tracked-issues.ts';
import { unreachable } from '../../state/unreachable.ts';
import { VERSION } from '../../state/version.ts';
import { endDispatch, foldResult } from './end-dispatch.ts';
import { foldLanding } from './fold-landing.ts';
import { foldLateResult } from './fold-late-result.ts';
import { foldReopening } from './fold-reopening.ts';
import { judgeResults } from './judge-results.ts';
import { knownLandings } from './known-landings.ts';
import { rebuildRecord } from './rebuild-record.ts';
import { isOurRun, isTaskRun, newerResultsOn, oldestFirst, resultsOn } from './reported-results.ts';
import type { FoldedRun, FoldRunInput } from './run-finding.ts';

/** How often one dispatch is sent before its silence counts as an answer. */
const MAX_SENDS = 3;

/**
 * Folds results, and runs that ended without one, into a task's record.
 * A result counts when the app or GITHUB_TOKEN wrote it, nobody edited it, and it names a run of the current dispatch.
 */
export function foldRunResult(trackedIssue: TrackedIssue<TaskRecord>, input: FoldRunInput): FoldedRun {
  const { record, found } = foldLiveDispatch(trackedIssue, input);
  // Last, because a person may open an issue again before a pass has seen the result that closed it.
  return { record: foldReopening(record, { ...input, ...trackedIssue }), found };
}

function foldLiveDispatch(trackedIssue: TrackedIssue<TaskRecord>, input: FoldRunInput): FoldedRun {
  const { snapshot, timings, evidence } = input;
  const record = trackedIssue.intact ? trackedIssue.record : rebuildRecord(trackedIssue, input);
  const issue = trackedIssue.issue.number;
  if (!record.live)
    return (
      foldLateResult(record, { issue: trackedIssue.issue, snapshot, evidence }) ?? { record, found: { kind: 'none' } }
    );

  const { task, attempt, slice, dispatch } = record;
  const runs = runsOf({ task, issue, attempt, slice, dispatch }, { live: record.live, snapshot });
  const answered = snapshot.dispatched.get(issue);
  const run = record.live.run ?? (answered?.dispatch === dispatch ? answered.run : undefined) ?? runs[0]?.id;
  const live: LiveDispatch = run === record.live.run ? record.live : { ...record.live, run };
  const ofThis = (reported: { readonly dispatch: number; readonly run: number }) =>
    reported.dispatch === dispatch && (reported.run === run || runs.some((candidate) => candidate.id === reported.run));

  const results = resultsOn(issue, snapshot).filter(({ result }) => result.outcome !== 'superseded' && ofThis(result));
  const landings = knownLandings({ issue: trackedIssue.issue, record, results, evidence, snapshot });
  const known = live === record.live ? record : { ...record, live };
  const verdict = judgeResults({ record: known, results, runs, landings, timings, now: snapshot.now });
  switch (verdict.kind) {
    case 'pending':
      return { record: known, found: { kind: 'waiting', until: verdict.until } };
    case 'landed':
      return foldLanding(known, { ...verdict, ended: endOf(runs, snapshot), snapshot });
    case 'reported':
      return foldResult(known, { reported: verdict.reported, snapshot });
    case 'silent':
      return foldSilence(known, { ...input, runs, issue: trackedIssue.issue, ofThis });
    default:
      return unreachable(verdict);
  }
}

function endOf(runs: readonly RunView[], { now }: Snapshot): Instant {
  return runs.reduce(
    (latest, { updatedAt }) => (updatedAt > latest ? updatedAt : latest),
    runs[0]?.updatedAt ?? instant(now),
  );
}

interface Silence extends FoldRunInput {
  /** Runs of the outstanding dispatch. */
  readonly runs: readonly RunView[];
  readonly issue: Pick<IssueView, 'number' | 'open'>;
  readonly ofThis: (reported: { readonly dispatch: number; readonly run: number }) => boolean;
}

/** Nothing that counts was said of the dispatch in a form that is known here. */
function foldSilence(record: TaskRecord, { runs, issue, ofThis, snapshot, timings }: Silence): FoldedRun {
  const at = instant(snapshot.now);
  const newer = newerResultsOn(issue.number, snapshot).find(ofThis);
  if (newer && runs.every(({ ended }) => ended)) {
    const cause = { kind: 'newer-result', version: newer.version, known: VERSION } as const;
    // Its run did something that is not understood here: another one might do it again.
    const ended = endDispatch(record, { outcome: 'infrastructure', at, cause, needs: 'person' });
    return { record: ended, found: { kind: 'ended' } };
  }
  const refused = snapshot.refused.get(issue.number);
  if (refused?.dispatch === record.dispatch && runs.length === 0) {
    const cause = { kind: 'dispatch-refused', message: refused.what } as const;
    return { record: endDispatch(record, { outcome: 'infrastructure', at, cause }), found: { kind: 'refused', cause } };
  }
  return foldMissingResult(record, { runs, now: snapshot.now, timings, open: issue.open });
}

function runsOf(
  inputs: DispatchInputs,
  { live, snapshot }: { readonly live: LiveDispatch; readonly snapshot: Snapshot },
): readonly RunView[] {
  const title = dispatchTitle(inputs);
  return oldestFirst(snapshot.runs).filter(
    (run) => isTaskRun(run, snapshot) && (run.id === live.run || (run.title === title && isOurRun(run, snapshot))),
  );
}

interface MissingResult {
  /** Runs of the outstanding dispatch. */
  readonly runs: readonly RunView[];
  readonly now: number;
  readonly timings: Timings;
  /** Whether the task's issue is open. */
  readonly open: boolean;
}

/** No result: is the run still at work, gone, or was there never one? */
function foldMissingResult(record: TaskRecord, input: MissingResult): FoldedRun {
  const { runs, now, timings } = input;
  if (runs.length === 0) return foldMissingRun(record, input);
  const atWork = runs.filter((run) => !run.ended);
  if (atWork.length > 0) return foldOpenRuns(record, { open: atWork, now });

  const last = runs.reduce((latest, run) => (millis(run.updatedAt) > millis(latest.updatedAt) ? run : latest));
  const due = millis(last.updatedAt) + timings.resultGrace;
  if (now < due) return { record, found: { kind: 'waiting', until: due } };
  const at = last.updatedAt;
  const stopped = runs.findLast((run) => run.stopped);
  if (runs.some((run) => run.conclusion === 'cancelled' && !run.stopped)) {
    const cause = { kind: 'run-cancelled' } as const;
    const ended = endDispatch(record, { outcome: 'cancelled', at, cause });
    return { record: { ...ended, hold: { by: last.actor, at, cause } }, found: { kind: 'ended' } };
  }
  if (stopped?.stopped) {
    const why = causeOfStop(stopped.id, stopped.stopped);
    return { record: endDispatch(record, { outcome: 'infrastructure', at, cause: why }), found: { kind: 'ended' } };
  }
  const { id, conclusion } = last;
  const cause = { kind: 'no-result', run: id, ...(conclusion === undefined ? {} : { conclusion }) } as const;
  return { record: endDispatch(record, { outcome: 'infrastructure', at, cause }), found: { kind: 'ended' } };
}

/** It says nothing of the work, which goes on from its checkpoint; a person is asked when it happens again and again. */
function causeOfStop(run: number, stop: RunStop): Cause {
  switch (stop.kind) {
    case 'time-limit':
      return { kind: 'time-limit', run, minutes: stop.minutes };
    case 'displaced':
      return { kind: 'displaced', run };
    case 'not-taken':
      return { kind: 'not-taken' };
    default:
      return unreachable(stop);
  }
}

function foldMissingRun(record: TaskRecord, { now, timings, open }: MissingResult): FoldedRun {
  if (!record.live) return { record, found: { kind: 'none' } };
  const { run, ...unnamed } = record.live;
  // GitHub may name a run in its answer and then never start it: a name alone is believed for the grace period.
  const due = millis(unnamed.sent) + timings.dispatchGrace;
  if (now < due) return { record, found: { kind: 'waiting', until: due } };
  // Nobody waits any more for what a person closed.
  if (open && unnamed.sends < MAX_SENDS) {
    // Without the name, or the run that is started next would take itself for superseded.
    return { record: { ...record, live: unnamed }, found: { kind: 'resend' } };
  }
  const cause = { kind: 'no-run', dispatch: record.dispatch, sends: unnamed.sends } as const;
  const ended = endDispatch(record, { outcome: 'infrastructure', at: instant(now), cause });
  return { record: ended, found: { kind: 'ended' } };
}

/** No runner took it in so long: none will. And GitHub ends every job after 5 days at the latest. */
const MAX_QUEUE_MS = 24 * 60 * 60_000;
const MAX_RUN_MS = 6 * MAX_QUEUE_MS;

/** A run that is queued, or at work, is left alone, but not for ever. */
function foldOpenRuns(
  record: TaskRecord,
  { open, now }: { readonly open: readonly RunView[]; readonly now: number },
): FoldedRun {
  const ends = open.map((run) => millis(run.createdAt) + (run.queued ? MAX_QUEUE_MS : MAX_RUN_MS));
  const due = Math.max(...ends);
  if (now < due) return { record, found: { kind: 'waiting', until: due } };
  const cause = { kind: open.every((run) => run.queued) ? 'not-taken' : 'not-ended' } as const;
  const ended = endDispatch(record, { outcome: 'infrastructure', at: instant(now), cause });
  return { record: ended, found: { kind: 'abandoned', run: open[0]?.id } };
}
