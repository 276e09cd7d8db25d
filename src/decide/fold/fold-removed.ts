import type { Config } from '../../plan/config.ts';
import type { Plan, TaskId } from '../../plan/plan.ts';
import { type HandledComment, nothing } from '../../state/command-outcome.ts';
import { earliest } from '../../state/earliest.ts';
import type { BaseEvidence } from '../../state/evidence.ts';
import type { GroupRecord, TaskRecord } from '../../state/record.ts';
import { instant, millis, type Snapshot } from '../../state/snapshot.ts';
import type { Timings } from '../../state/timings.ts';
import type { TrackedIssue, TrackedIssues } from '../../state/tracked-issues.ts';
import { applyCommands } from './apply-commands.ts';
import { foldReview } from './fold-review.ts';
import { foldRunResult } from './fold-run-result.ts';
import { foldToRest } from './fold-to-rest.ts';
import { leaveFull } from './leave-full.ts';
import { type RefusedDispatch, refuseDispatch, refusedDispatch, withStopped } from './refuse-dispatch.ts';
import { watchLanding } from './watch-landing.ts';
import { withdrawReview } from './withdraw-review.ts';

/** What became of tasks that the plan no longer has. */
export interface FoldedRemovals {
  readonly removed: ReadonlyMap<TaskId, TrackedIssue<TaskRecord>>;
  readonly refused: readonly RefusedDispatch[];
  readonly withdrawn: readonly TaskId[];
  /** Commands on their issues: there is nothing that they could act on. */
  readonly handled: readonly HandledComment[];
  /** The question that is open on the plan issue: so many unfinished tasks went at once. */
  readonly gone: GroupRecord['gone'];
  /** When a reading of the base is new enough to be believed that does not show what they landed (epoch ms). */
  readonly watchedUntil: number | undefined;
}

interface FoldRemovedInput {
  readonly plan: Plan;
  readonly snapshot: Snapshot;
  readonly config: Config;
  readonly tracked: TrackedIssues;
  readonly timings: Timings;
  readonly evidence: BaseEvidence | undefined;
  /** The plan's issue, once the commands on it took effect. */
  readonly planIssue: TrackedIssue<GroupRecord> | undefined;
}

/**
 * Taking a task out of the plan is a person's no: what is outstanding ends at once, and its work stays saved. Its issue is
 * closed as well, except where so many went in one edit that it may be a slip: then a person is asked first.
 */
export function foldRemoved(input: FoldRemovedInput): FoldedRemovals {
  const { tracked, snapshot, planIssue } = input;
  const folded = [...tracked.removed].map(([id, one]) => ({ id, ...foldOne(one, input) }));
  const fresh = folded.filter(
    ({ trackedIssue }) => isUnfinished(trackedIssue) && !trackedIssue.record.removed && !trackedIssue.isFull,
  );
  const gone = questionAbout(fresh.length, input);
  const decided = new Set(gone || !planIssue ? [] : fresh.map(({ id }) => id));
  const removed = folded.map(({ id, trackedIssue }) => {
    const { record } = trackedIssue;
    const noted = decided.has(id) ? { ...record, removed: instant(snapshot.now) } : record;
    return [id, { ...trackedIssue, record: noted }] as const;
  });
  return {
    removed: new Map(removed),
    refused: folded.flatMap(({ refused }) => refused ?? []),
    withdrawn: folded.flatMap(({ id, withdrawn }) => (withdrawn ? [id] : [])),
    handled: folded.flatMap(({ handled }) => handled),
    gone,
    watchedUntil: earliest(folded.map(({ watchedUntil }) => watchedUntil)),
  };
}

function foldOne(trackedIssue: TrackedIssue<TaskRecord>, input: FoldRemovedInput) {
  const { record: before } = trackedIssue;
  const { rounds, last } = foldToRest(trackedIssue, (one) => foldOnce(one, { ...input, before }));
  const refused = rounds.findLast((round) => round.refused !== undefined)?.refused;
  if (trackedIssue.isFull) return { ...leaveFull(trackedIssue, refused), watchedUntil: undefined };
  return {
    trackedIssue: last.trackedIssue,
    handled: rounds.flatMap(({ handled }) => handled),
    refused,
    withdrawn: rounds.some(({ withdrawn }) => withdrawn),
    watchedUntil: last.watchedUntil,
  };
}

function foldOnce(
  trackedIssue: TrackedIssue<TaskRecord>,
  {
    snapshot,
    timings,
    evidence,
    config: { attempts, landing },
    tracked: { waves },
    planIssue,
    before,
  }: FoldRemovedInput & { readonly before: TaskRecord },
) {
  const { issue } = trackedIssue;
  const { accounts } = planIssue?.record ?? {};
  const run = foldRunResult(trackedIssue, { snapshot, timings, attempts, evidence, status: undefined, accounts });
  const reviewed = foldReview(run.record, { snapshot, before, timings });
  // It may be put back: whether it is done then is not told by what came to the base since.
  const watched = watchLanding(reviewed, {
    issue: issue.number,
    snapshot,
    evidence,
    wave: waves.get(reviewed.wave ?? Number.NaN)?.record,
    plan: planIssue?.record,
  });
  const commands = applyCommands({ issue, record: watched.record, snapshot }, (record) => ({
    record,
    outcome: REMOVED,
  }));
  const at = instant(snapshot.now);
  const ended = refuseDispatch(commands.record, { cause: { kind: 'removed' }, at });
  const { record, withdrawn } = withdrawReview(ended, snapshot);
  const refused = refusedDispatch({ issue: issue.number, before: trackedIssue.record, run, after: record }, snapshot);
  return {
    trackedIssue: { ...trackedIssue, record: withStopped(record, refused, snapshot) },
    watchedUntil: watched.until,
    handled: commands.handled.map(astray),
    refused,
    withdrawn: withdrawn || (refused?.byPerson === true && landing !== 'push'),
  };
}

const REMOVED = nothing('removed');

/** A question about a task that the plan does not have has that one answer, too. */
function astray(handled: HandledComment): HandledComment {
  if (handled.kind !== 'read') return handled;
  return { ...handled, commands: handled.commands.map(({ command }) => ({ command, outcome: REMOVED })) };
}

function isUnfinished({ issue, record }: TrackedIssue<TaskRecord>): boolean {
  return issue.open && record.done === undefined && record.listed !== true;
}

/** More than so many at once are no small edit, and neither is this part of what is left to do. */
const MAX_GONE = 5;
const MAX_GONE_PART = 1 / 5;

/** @returns The question whether so many are to go; undefined where it need not be asked, or was answered. */
function questionAbout(count: number, { plan, tracked, planIssue, snapshot }: FoldRemovedInput): GroupRecord['gone'] {
  if (count === 0 || !planIssue) return undefined;
  const { gone: asked, accepted } = planIssue.record;
  if (asked && count <= asked.count) {
    const isAccepted = accepted !== undefined && millis(accepted.at) >= millis(asked.at);
    return isAccepted ? undefined : asked;
  }
  const left = plan.tasks.filter(({ id, status }) => {
    const one = tracked.tasks.get(id);
    return one ? isUnfinished(one) : status !== 'completed';
  }).length;
  const isLarge = count > MAX_GONE || (count > 1 && count >= (left + count) * MAX_GONE_PART);
  return asked || isLarge ? { at: instant(snapshot.now), count } : undefined;
}
