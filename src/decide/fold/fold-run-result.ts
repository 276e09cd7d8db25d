import { nextAttempt } from '../../state/attempts.ts';
import { ACTIONS_LOGIN, type DispatchInputs, dispatchTitle, parseDispatchTitle } from '../../state/names.ts';
import type { LiveDispatch, TaskRecord } from '../../state/record.ts';
import { readResult } from '../../state/result.ts';
import { type Instant, instant, millis, type RunView, type Snapshot } from '../../state/snapshot.ts';
import type { Timings } from '../../state/timings.ts';
import type { TrackedIssue } from '../../state/tracked-issues.ts';
import { endDispatch, foldResult, type TrustedResult } from './end-dispatch.ts';

/** What became of a task's outstanding dispatch, as far as this snapshot shows it. */
export interface FoldedRun {
  readonly record: TaskRecord;
  /** The dispatch has shown no run for too long: send it once more under its number. */
  readonly resend: boolean;
  /** When looking again would show more; epoch milliseconds. */
  readonly wakeAt: number | undefined;
  /** GitHub would not take the dispatch: nothing else of the plan is worth a try before a person looks. */
  readonly refusal?: string;
  /** The limit of a model provider that a run met. */
  readonly quota?: { readonly type: string; readonly until: Instant };
  /** A run that will never do anything more: it is cancelled, and its claim taken. */
  readonly abandoned?: { readonly run: number | undefined };
}

/** How often one dispatch is sent before its silence counts as an answer. */
const MAX_SENDS = 3;

export interface FoldRunInput {
  readonly snapshot: Snapshot;
  readonly timings: Timings;
  /** The configured number of attempts. */
  readonly attempts: number;
}

/**
 * Folds results, and runs that ended without one, into a task's record.
 * A result counts when the app or GITHUB_TOKEN wrote it, nobody edited it, and it names a run of the current dispatch.
 */
export function foldRunResult(trackedIssue: TrackedIssue<TaskRecord>, input: FoldRunInput): FoldedRun {
  const folded = foldLiveDispatch(trackedIssue, input);
  // Last, because a person may open an issue again before a pass has seen the result that closed it.
  return { ...folded, record: reopen(folded.record, trackedIssue.issue.reopenedAt, input.attempts) };
}

function foldLiveDispatch(trackedIssue: TrackedIssue<TaskRecord>, { snapshot, timings }: FoldRunInput): FoldedRun {
  const record = trackedIssue.intact ? trackedIssue.record : rebuildRecord(trackedIssue, snapshot);
  const issue = trackedIssue.issue.number;
  if (!record.live) return { record, resend: false, wakeAt: undefined };

  const inputs = { task: record.task, issue, attempt: record.attempt, slice: record.slice, dispatch: record.dispatch };
  const runs = runsOf(inputs, record.live, snapshot);
  const told = snapshot.dispatched.get(issue);
  const run = record.live.run ?? (told?.dispatch === record.dispatch ? told.run : undefined) ?? runs[0]?.id;
  const live: LiveDispatch = run === undefined ? record.live : { ...record.live, run };

  const report = resultsOn(issue, snapshot).find(
    ({ result }) =>
      result.dispatch === record.dispatch &&
      result.outcome !== 'superseded' &&
      (result.run === run || runs.some((candidate) => candidate.id === result.run)),
  );
  const refused = snapshot.refused.get(issue);
  if (!report && refused?.dispatch === record.dispatch && runs.length === 0) {
    const what = `GitHub refused to start the run: ${refused.what}`;
    const at = instant(snapshot.now);
    return {
      record: endDispatch(record, { outcome: 'infrastructure', at, what }),
      resend: false,
      wakeAt: undefined,
      refusal: what,
    };
  }
  if (report) return { ...foldResult({ ...record, live }, report, snapshot), resend: false };
  return foldMissingResult({ ...record, live }, { runs, now: snapshot.now, timings, open: trackedIssue.issue.open });
}

/** A closed issue that a person opened again is to be done again, with fresh attempts, from the base as it is then. */
function reopen(record: TaskRecord, reopenedAt: Instant | undefined, attempts: number): TaskRecord {
  const known = record.done?.at ?? record.retried;
  if (reopenedAt === undefined || (known !== undefined && millis(reopenedAt) <= millis(known))) return record;
  const { done, listed, skipped, base, review, waits, ...rest } = record;
  return { ...rest, retried: reopenedAt, ceiling: nextAttempt(record) - 1 + attempts };
}

function runsOf(inputs: DispatchInputs, live: LiveDispatch, snapshot: Snapshot): readonly RunView[] {
  const title = dispatchTitle(inputs);
  return oldestFirst(snapshot.runs).filter(
    (run) => run.id === live.run || (run.title === title && isOurs(run, snapshot)),
  );
}

/** In whatever order they were listed. */
function oldestFirst(runs: readonly RunView[]): readonly RunView[] {
  return [...runs].sort((a, b) => a.id - b.id);
}

function isOurs({ actor }: RunView, { app }: Snapshot): boolean {
  return actor === app || actor === ACTIONS_LOGIN;
}

function resultsOn(issue: number, snapshot: Snapshot): readonly TrustedResult[] {
  return snapshot.comments.flatMap((comment) => {
    if (comment.issue !== issue || comment.edited) return [];
    if (comment.author !== snapshot.app && comment.author !== ACTIONS_LOGIN) return [];
    const result = readResult(comment.body);
    return result?.issue === issue ? [{ result, comment }] : [];
  });
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
function foldMissingResult(record: TaskRecord, { runs, now, timings, open: wanted }: MissingResult): FoldedRun {
  if (!record.live) return { record, resend: false, wakeAt: undefined };
  if (runs.length === 0) {
    // GitHub may name a run in its answer and then never start it: a name alone is believed for the grace period.
    const due = millis(record.live.sent) + timings.dispatchGrace;
    if (now < due) return { record, resend: false, wakeAt: due };
    // Nobody waits any more for what a person closed.
    if (wanted && record.live.sends < MAX_SENDS) {
      // Without the name, or the run that is started next would take itself for superseded.
      const { run, ...live } = record.live;
      return { record: { ...record, live }, resend: true, wakeAt: undefined };
    }
    const what = `GitHub started no run for dispatch d${record.dispatch}, which was sent ${record.live.sends} times`;
    return {
      record: endDispatch(record, { outcome: 'infrastructure', at: instant(now), what }),
      resend: false,
      wakeAt: undefined,
    };
  }
  const open = runs.filter((run) => !run.ended);
  if (open.length > 0) return foldOpenRun(record, open, now);

  const last = runs.reduce((latest, run) => (millis(run.updatedAt) > millis(latest.updatedAt) ? run : latest));
  const due = millis(last.updatedAt) + timings.resultGrace;
  if (now < due) return { record, resend: false, wakeAt: due };
  if (runs.some((run) => run.conclusion === 'cancelled')) {
    const held = endDispatch(record, {
      outcome: 'cancelled',
      at: last.updatedAt,
      what: 'its run was cancelled on GitHub',
    });
    const hold = { by: last.actor, at: last.updatedAt, why: 'its run was cancelled on GitHub' };
    return { record: { ...held, hold }, resend: false, wakeAt: undefined };
  }
  const what = `run ${last.id} ended (${last.conclusion ?? 'unknown'}) without a result`;
  return {
    record: endDispatch(record, { outcome: 'infrastructure', at: last.updatedAt, what }),
    resend: false,
    wakeAt: undefined,
  };
}

/** No runner took it in so long: none will. And GitHub ends every job after 5 days at the latest. */
const MAX_QUEUE_MS = 24 * 60 * 60_000;
const MAX_RUN_MS = 6 * MAX_QUEUE_MS;

/** A run that is queued, or at work, is left alone, but not for ever. */
function foldOpenRun(record: TaskRecord, open: readonly RunView[], now: number): FoldedRun {
  const ends = open.map((run) => millis(run.createdAt) + (run.queued ? MAX_QUEUE_MS : MAX_RUN_MS));
  const due = Math.max(...ends);
  if (now < due) return { record, resend: false, wakeAt: due };
  const what = open.every((run) => run.queued)
    ? 'no runner took its run within a day; is a runner online that has the labels of its workflow?'
    : 'its run did not end within 6 days';
  return {
    record: endDispatch(record, { outcome: 'infrastructure', at: instant(now), what }),
    resend: false,
    wakeAt: undefined,
    abandoned: { run: open[0]?.id },
  };
}

/** Remakes a record that a person broke, from the comments and runs of its issue: numbers never fall. */
function rebuildRecord({ issue, record }: TrackedIssue<TaskRecord>, snapshot: Snapshot): TaskRecord {
  const titled = oldestFirst(snapshot.runs).flatMap((run) => {
    const inputs = parseDispatchTitle(run.title);
    return inputs?.issue === issue.number && isOurs(run, snapshot) ? [{ inputs, run }] : [];
  });
  const said = resultsOn(issue.number, snapshot);
  // The record no longer names a run: only runs that are listed under the dispatch prove a result.
  const reports = said.filter(({ result }) =>
    titled.some(({ inputs, run }) => run.id === result.run && inputs.dispatch === result.dispatch),
  );
  const dispatches = [...said.map(({ result }) => result), ...titled.map(({ inputs }) => inputs)];
  if (dispatches.length === 0) return record;

  const newest = dispatches.reduce((a, b) => (b.dispatch > a.dispatch ? b : a));
  const told = [...reports].sort((a, b) => a.result.dispatch - b.result.dispatch);
  let replayed = record;
  for (const report of told) {
    const live = assumedLive(report.comment.createdAt);
    replayed = foldResult({ ...replayed, ...dispatchNumbers(report.result), live }, report, snapshot).record;
  }
  if (replayed.history.some((past) => past.dispatch === newest.dispatch)) return replayed;
  const run = titled.find(({ inputs }) => inputs.dispatch === newest.dispatch)?.run;
  return { ...replayed, ...dispatchNumbers(newest), live: assumedLive(run?.createdAt ?? instant(snapshot.now)) };
}

function dispatchNumbers({
  attempt,
  slice,
  dispatch,
}: Omit<DispatchInputs, 'task'>): Pick<TaskRecord, 'attempt' | 'slice' | 'dispatch'> {
  return { attempt, slice, dispatch };
}

/** The slot that a lost record named is unknown; any number above the slots is nobody's. */
function assumedLive(sent: Instant): LiveDispatch {
  return { agent: 'A0', sent, sends: 1 };
}
