import { MAX_SLICES, slicesUsed } from '../../state/attempts.ts';
import { dependencyFingerprint, MAX_DEPENDENCY_WAIT_MS } from '../../state/dependency-fingerprint.ts';
import type { PastDispatch, TaskRecord } from '../../state/record.ts';
import { REFUSED_BY_RULE, type Result } from '../../state/result.ts';
import { type CommentView, type Instant, instant, millis, type Snapshot } from '../../state/snapshot.ts';

/** A trusted result, and the comment that brought it. */
export interface TrustedResult {
  readonly result: Result;
  readonly comment: CommentView;
}

/** What a result makes of a task, and what it says of more than this task. */
export interface FoldedResult {
  readonly record: TaskRecord;
  readonly wakeAt: number | undefined;
  /** Nothing else of the plan is worth a try before a person looks. */
  readonly refusal?: string;
  /** The limit of a model provider that holds all agents of a type. */
  readonly quota?: { readonly type: string; readonly until: Instant };
}

/** Folds the result of the outstanding dispatch into the record. */
export function foldResult(record: TaskRecord, report: TrustedResult, snapshot: Snapshot): FoldedResult {
  const { result, comment } = report;
  const { outcome, what } = verdictOf(record, result);
  const ended = endDispatch(
    { ...record, live: record.live && { ...record.live, run: result.run } },
    {
      ...{ outcome, at: comment.createdAt },
      ...(what === undefined ? {} : { what }),
      ...(outcome === 'quota' && result.until !== undefined ? { until: result.until } : {}),
      ...(result.needs === undefined ? {} : { needs: result.needs }),
    },
  );
  const failed = result.failure ? { ...ended, failure: result.failure } : ended;
  switch (outcome) {
    case 'completed': {
      const { failure, guidance, model, review, ...rest } = ended;
      return { record: { ...rest, done: completionOf(report) }, wakeAt: undefined };
    }
    case 'in-review': {
      const { failure, guidance, ...rest } = ended;
      const pull = result.pull ?? { number: 0, head: '' };
      // Nothing is known of the pull request yet: the next pass reads it.
      return {
        record: { ...rest, review: { ...completionOf(report), pull: pull.number, head: pull.head } },
        wakeAt: snapshot.now,
      };
    }
    case 'dependency': {
      const until = instant(millis(comment.createdAt) + MAX_DEPENDENCY_WAIT_MS);
      return {
        record: { ...ended, waits: { for: dependencyFingerprint(record, snapshot), until } },
        wakeAt: undefined,
      };
    }
    case 'quota': {
      const quota = result.until === undefined ? {} : { quota: { type: result.agent.type, until: result.until } };
      return { record: ended, wakeAt: undefined, ...quota };
    }
    case 'infrastructure':
      return {
        ...{ record: ended, wakeAt: undefined },
        ...(what?.startsWith(REFUSED_BY_RULE) ? { refusal: what } : {}),
      };
    default:
      return { record: failed, wakeAt: undefined };
  }
}

/** The outcome as it counts. */
function verdictOf(record: TaskRecord, { outcome, failure, pull }: Result): Pick<PastDispatch, 'outcome' | 'what'> {
  if (outcome === 'continued' && slicesUsed(record) + 1 >= MAX_SLICES)
    return { outcome: 'agent', what: `${MAX_SLICES} slices and not done` };
  if (outcome === 'in-review' && !pull)
    return { outcome: 'infrastructure', what: 'its result says that it is in review, and names no pull request' };
  return { outcome, ...(failure ? { what: failure.what } : {}) };
}

/** What is kept of a result that passed. */
function completionOf({ result, comment }: TrustedResult): NonNullable<TaskRecord['done']> {
  return {
    run: result.run,
    ...(result.commit === undefined ? {} : { commit: result.commit }),
    at: comment.createdAt,
    checks: Object.fromEntries(result.checks.map((check) => [check.name, check.status])),
    summary: result.summary,
    ...(result.agent.cost_usd === undefined ? {} : { cost_usd: result.agent.cost_usd }),
  };
}

/** Writes the end of the outstanding dispatch into the history. */
export function endDispatch(
  record: TaskRecord,
  end: Pick<PastDispatch, 'outcome' | 'what' | 'until' | 'needs'> & { readonly at: Instant },
): TaskRecord {
  const { live, ...rest } = record;
  if (!live) return record;
  const past: PastDispatch = {
    dispatch: record.dispatch,
    attempt: record.attempt,
    slice: record.slice,
    ...(live.run === undefined ? {} : { run: live.run }),
    agent: live.agent,
    sent: live.sent,
    ended: end.at,
    outcome: end.outcome,
    ...(end.what === undefined ? {} : { what: end.what }),
    ...(end.until === undefined ? {} : { until: end.until }),
    ...(end.needs === undefined ? {} : { needs: end.needs }),
  };
  return { ...rest, history: [...record.history, past] };
}
