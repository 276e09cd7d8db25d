import type { Config } from '../../plan/config.ts';
import type { Plan, TaskId } from '../../plan/plan.ts';
import { type ActiveTasks, activeWhere } from '../../state/active-tasks.ts';
import type { Cause } from '../../state/cause.ts';
import { APPLIED, type HandledComment } from '../../state/command-outcome.ts';
import { earliest } from '../../state/earliest.ts';
import type { BaseEvidence } from '../../state/evidence.ts';
import { isByApp } from '../../state/occasion.ts';
import type { Order } from '../../state/orders.ts';
import type { GroupRecord, TaskRecord } from '../../state/record.ts';
import { type Instant, instant, millis, type Snapshot } from '../../state/snapshot.ts';
import type { Timings } from '../../state/timings.ts';
import { fullIssues, type TrackedIssue, type TrackedIssues } from '../../state/tracked-issues.ts';
import { advanceHead } from './advance-head.ts';
import { spokenIn } from './apply-commands.ts';
import { type Flag, flagDependents } from './flag-dependents.ts';
import { type FoldedGroups, foldGroups } from './fold-groups.ts';
import { foldLabels, type VainLabel } from './fold-labels.ts';
import { foldPreflight } from './fold-preflight.ts';
import { foldRemoved } from './fold-removed.ts';
import { foldTasks } from './fold-tasks.ts';
import { rememberProviders } from './provider-news.ts';
import type { RefusedDispatch } from './refuse-dispatch.ts';
import { saysThatItIsFixed } from './steer-group.ts';

/** The tracked issues with everything folded into their records that results, silent runs and commands tell. */
export interface FoldedState {
  readonly tracked: TrackedIssues;
  /** Dispatches to be sent once more under their number. */
  readonly resend: ReadonlySet<TaskId>;
  /** Comments that were read now, and what came of each. */
  readonly handled: readonly HandledComment[];
  /** Labels that do nothing, and that people are to be told about. */
  readonly labels: readonly VainLabel[];
  /** Why nothing is dispatched from now on, where this is news. */
  readonly refusal: Cause | undefined;
  /** Dispatches that people ended, or of which nothing can come any more. */
  readonly refused: readonly RefusedDispatch[];
  /** Tasks to whose work a person has said no: their open pull requests are closed. */
  readonly withdrawn: ReadonlySet<TaskId>;
  /** Tasks whose landed work was found to be gone in this pass. */
  readonly losses: readonly TrackedIssue<TaskRecord>[];
  /** Dependents of tasks that are completed no longer, to be told now. */
  readonly flags: readonly Flag[];
  readonly wakeAt: number | undefined;
}

export interface FoldInput {
  readonly plan: Plan;
  readonly snapshot: Snapshot;
  readonly config: Config;
  readonly tracked: TrackedIssues;
  readonly timings: Timings;
  /** What the base shows; undefined while there is no base. */
  readonly evidence: BaseEvidence | undefined;
}

export function foldEvents(input: FoldInput): FoldedState {
  const { snapshot, tracked } = input;
  const groups = foldGroups(input);
  const folded = foldTasks({ ...input, groups });
  const { resend, refused, withdrawn, refusal, providers, wakeAt } = folded;
  const { tasks, flags } = flagDependents(input.plan, { ...tracked, tasks: folded.tasks });
  // What is flagged may have been settled: that the task which it needs is another now wakes it.
  const { active } = tracked;
  const removals = foldRemoved({ ...input, planIssue: groups.plan });
  const handled = [
    ...groups.handled.map((each) => withFollowers(each, folded.followed)),
    ...folded.handled,
    ...removals.handled,
  ];

  const hosted = groups.plan && rememberHost(groups.plan, input);
  const before = hosted && rememberGone(hosted, removals.gone);
  const told = before && rememberRefusal(before, { cause: refusal ?? branchRefusal(groups, snapshot), snapshot });
  const held = told && foldPreflight(told, { ...input, tracked: { tasks, active } });
  const marked = held && advanceWatermark(held, { before: tracked, tasks, active, snapshot, handled });
  const limited = marked && rememberProviders(marked, { news: providers, now: snapshot.now, timings: input.timings });
  const written = limited?.record !== tracked.plan?.record;
  const looked =
    limited &&
    advanceHead(limited, {
      snapshot,
      before: withRemoved(tracked),
      after: withRemoved({ removed: removals.removed, tasks }),
      changed: [...removals.removed, ...activeWhere({ tasks, active }, (one, id) => one !== tracked.tasks.get(id))],
      written,
      isUnclear: folded.isBaseUnclear || removals.watchedUntil !== undefined || isUnjudged(snapshot),
    });
  const plan = looked?.plan;
  return {
    ...foldLabels({ ...tracked, plan, waves: groups.waves, tasks, active, removed: removals.removed }, snapshot),
    resend,
    handled,
    refusal: held?.record.refusal === before?.record.refusal ? undefined : held?.record.refusal?.cause,
    refused: [...refused, ...removals.refused],
    withdrawn: new Set([...withdrawn, ...removals.withdrawn]),
    losses: activeWhere(
      { tasks, active },
      ({ record }, id) => record.lost !== undefined && !tracked.tasks.get(id)?.record.lost,
    ).map(([, one]) => one),
    flags,
    wakeAt: earliest([wakeAt, removals.watchedUntil, looked?.wakeAt]),
  };
}

/** What is gone from the base is not held to be gone yet. Once it is, the same reading has to show it again. */
function isUnjudged({ base }: Snapshot): boolean {
  return base?.whole === true && base.mayBeElsewhere === true;
}

/** What landed for a task counts though the plan no longer has it. */
function withRemoved({
  tasks,
  removed,
}: Pick<TrackedIssues, 'tasks' | 'removed'>): Pick<TrackedIssues['tasks'], 'get'> {
  return { get: (id) => tasks.get(id) ?? removed.get(id) };
}

/** Where several hosts may work on the plan, one of them that finds no name has it, and starts nothing before that is settled. */
function rememberHost(
  plan: TrackedIssue<GroupRecord>,
  { config, snapshot }: Pick<FoldInput, 'config' | 'snapshot'>,
): TrackedIssue<GroupRecord> {
  const { trusted_apps: hosts } = config;
  if (plan.record.host || hosts.length < 2 || !hosts.includes(snapshot.app)) return plan;
  const host = { app: snapshot.app, since: instant(snapshot.now) };
  return { ...plan, record: { ...plan.record, host } };
}

function rememberGone(plan: TrackedIssue<GroupRecord>, gone: GroupRecord['gone']): TrackedIssue<GroupRecord> {
  const { gone: known, ...rest } = plan.record;
  if (known === gone) return plan;
  return { ...plan, record: gone ? { ...rest, gone } : rest };
}

/** An order that some task followed took effect, whatever it was to the plan or wave itself. */
function withFollowers(handled: HandledComment, followed: ReadonlySet<Order>): HandledComment {
  if (handled.kind !== 'read') return handled;
  const commands = handled.commands.map((each) =>
    each.order && followed.has(each.order) ? { ...each, outcome: APPLIED } : each,
  );
  return { ...handled, commands };
}

function branchRefusal({ plan, handled }: FoldedGroups, { repository }: Snapshot): Cause | undefined {
  const { integrationBranch } = repository;
  if (integrationBranch?.refused === undefined) return undefined;
  // Whoever says that it is fixed gets another try first.
  const said = handled.filter(({ comment }) => comment.issue === plan?.issue.number);
  if (spokenIn(said).some(saysThatItIsFixed)) return undefined;
  return { kind: 'branch-refused', branch: integrationBranch.branch, message: integrationBranch.refused };
}

/** Remembers on the plan issue that nothing is worth dispatching, until a person says `/resume` or `/start` there. */
function rememberRefusal(
  plan: TrackedIssue<GroupRecord>,
  { cause, snapshot }: { readonly cause: Cause | undefined; readonly snapshot: Snapshot },
): TrackedIssue<GroupRecord> {
  // Said once: what else is refused until a person looks is more of the same.
  if (cause === undefined || plan.record.refusal) return plan;
  return { ...plan, record: { ...plan.record, refusal: { at: instant(snapshot.now), cause } } };
}

/** More than this many comments of others since the watermark, and it moves although none of them was for us. */
const MAX_IDLE_COMMENTS = 50;

interface Folded {
  readonly before: TrackedIssues;
  readonly tasks: ReadonlyMap<TaskId, TrackedIssue<TaskRecord>>;
  readonly active: ActiveTasks | undefined;
  readonly snapshot: Snapshot;
  readonly handled: readonly HandledComment[];
}

/**
 * Moves the watermark when something took effect. It moves in the same batch as the records that hold the effects,
 * and comments from two minutes before it are read again, so one that shows up late is not lost.
 */
function advanceWatermark(
  plan: TrackedIssue<GroupRecord>,
  { before, tasks, active, snapshot, handled }: Folded,
): TrackedIssue<GroupRecord> {
  // What is said where there is no room is read when there is.
  const full = new Set(fullIssues(before).map(({ number }) => number));
  const waiting = snapshot.comments.findIndex((comment) => full.has(comment.issue) && !isByApp(comment, snapshot.app));
  const comments = waiting < 0 ? snapshot.comments : snapshot.comments.slice(0, waiting);
  const newest = comments.reduce<Instant | undefined>(
    (latest, { createdAt }) => (latest === undefined || millis(createdAt) > millis(latest) ? createdAt : latest),
    undefined,
  );
  const known = plan.record.watermark;
  if (newest === undefined || (known !== undefined && millis(newest) <= millis(known))) return plan;
  const hasEnded = ({ record }: TrackedIssue<TaskRecord>, id: TaskId) =>
    record.history.length !== before.tasks.get(id)?.record.history.length;
  const ended = activeWhere({ tasks, active }, hasEnded).length > 0;
  // What the app answers comes after a pass: were it counted, its answers to many people would lead to one more write.
  const unread = comments.filter(
    (comment) => !isByApp(comment, snapshot.app) && (known === undefined || millis(comment.createdAt) > millis(known)),
  );
  if (handled.length === 0 && !ended && unread.length <= MAX_IDLE_COMMENTS) return plan;
  return { ...plan, record: { ...plan.record, watermark: newest } };
}
