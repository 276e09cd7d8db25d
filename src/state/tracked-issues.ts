import type { TaskId } from '../plan/plan.ts';
import { type ActiveTasks, activeWhere } from './active-tasks.ts';
import { type MatchInput, matchGroups } from './match-groups.ts';
import { matchTasks, type OtherPlan, UNSTARTED } from './match-tasks.ts';
import { LABEL } from './names.ts';
import { type GroupRecord, readGroupRecord, type TaskRecord } from './record.ts';
import { unlessCopied } from './record-identity.ts';
import type { SecondIssues } from './second-issues.ts';
import type { IssueView, Snapshot } from './snapshot.ts';
import type { TrackedIssue } from './tracked-issue.ts';
import { mayWrite } from './trust.ts';

export { isClosedToUs, planTitle, type TrackedIssue, taskTitle } from './tracked-issue.ts';

/** Which issue stands for what. The lowest number wins; the others are duplicates. */
export interface TrackedIssues extends SecondIssues {
  readonly plan: TrackedIssue<GroupRecord> | undefined;
  readonly waves: ReadonlyMap<number, TrackedIssue<GroupRecord>>;
  readonly tasks: ReadonlyMap<TaskId, TrackedIssue<TaskRecord>>;
  /** Issues of this plan with an intact record, whose task the plan no longer has. */
  readonly removed: ReadonlyMap<TaskId, TrackedIssue<TaskRecord>>;
  /** Plan issues of other plans that are not finished, or of which runs are still at work. */
  readonly former: readonly TrackedIssue<GroupRecord>[];
  /** Plan issues of other plans that people closed before everything was done, with what was done by then. */
  readonly replaced: readonly (TrackedIssue<GroupRecord> & Pick<OtherPlan, 'tasks' | 'completed'>)[];
  /** What is known by its number and not in view: none is made anew. */
  readonly unseen: { readonly plan: boolean; readonly waves: ReadonlySet<number>; readonly tasks: ReadonlySet<TaskId> };
  /** In order of the numbers of their issues. Absent: every task may be one. */
  readonly active?: ActiveTasks | undefined;
}

/** @param input Its plan goes by the id that `identifyPlan` gave it. */
export function matchIssues(input: MatchInput): TrackedIssues {
  const groups = matchGroups(input);
  const { tasks, removed, duplicates, spare, unseen, others } = matchTasks({ ...input, groups });
  const marked = <R>(one: TrackedIssue<R>): TrackedIssue<R> =>
    input.full?.has(one.issue.number) ? { ...one, isFull: true } : one;
  const all = <Key, R>(some: ReadonlyMap<Key, TrackedIssue<R>>) =>
    input.full ? new Map([...some].map(([key, one]) => [key, marked(one)] as const)) : some;
  const othersOf = ({ plan }: GroupRecord) => others.get(plan) ?? UNSTARTED;
  return {
    plan: groups.plan && marked(groups.plan),
    waves: all(groups.waves),
    tasks: all(tasks),
    removed: all(removed),
    duplicates: [...groups.duplicates, ...duplicates],
    spare: [...groups.spare, ...spare],
    former: groups.others.filter(({ issue, record }) => {
      const { isUnfinished, isAtWork } = othersOf(record);
      return isAtWork || (issue.open && isUnfinished);
    }),
    replaced: groups.others.flatMap((one) => {
      const { isUnfinished, isAtWork, ...done } = othersOf(one.record);
      const isCut = isUnfinished && !isAtWork && !one.issue.open && !isClosedAsDone(one.issue, input);
      // What a newer version wrote is left alone.
      return isCut && one.newer === undefined ? [{ ...one, ...done }] : [];
    }),
    unseen: { plan: groups.isPlanUnseen, waves: groups.unseenWaves, tasks: unseen },
  };
}

/** The app itself did it. Of a plan whose tasks were all listed as completed no issue tells that it is done. */
function isClosedAsDone({ closedAs, closedBy }: IssueView, { snapshot }: MatchInput): boolean {
  return closedAs === 'completed' && closedBy === snapshot.app;
}

/**
 * Finds the plan's issue among those observed: the one that is open, of the newest plan of several, else the newest. What a
 * person opened without a record of its own comes last. One that lost its label is known by its record.
 */
export function findPlanIssue(snapshot: Pick<Snapshot, 'issues' | 'app' | 'writers'>): IssueView | undefined {
  const found = snapshot.issues.flatMap((issue) => {
    const { labels, closedAs, author, body, number } = issue;
    if (closedAs === 'duplicate' || labels.includes(LABEL.task) || !mayWrite(author, snapshot)) return [];
    const plan = labels.includes(LABEL.wave) ? undefined : unlessCopied(readGroupRecord(body), number)?.plan;
    return plan === undefined && !labels.includes(LABEL.plan) ? [] : [{ issue, plan }];
  });
  const recorded = found.filter(({ plan }) => plan !== undefined);
  const underWay = recorded.filter(({ issue }) => issue.open);
  const newest = underWay.at(-1)?.plan;
  const open = found.filter(({ issue }) => issue.open);
  const chosen =
    underWay.find(({ plan }) => plan === newest) ??
    open.find(({ issue }) => issue.author === snapshot.app) ??
    recorded.at(-1) ??
    open[0] ??
    found.at(-1);
  return chosen?.issue;
}

/** Every issue in which there is no room. */
export function fullIssues({ removed, ...tracked }: TrackedIssues): readonly IssueView[] {
  const tasks = activeWhere(tracked, ({ isFull }) => isFull === true).map(([, one]) => one);
  return [...groupsIn(tracked), ...tasks, ...removed.values()].flatMap(({ issue, isFull }) => (isFull ? [issue] : []));
}

/** Every issue whose record a newer version wrote: nothing may be written there. */
export function newerIssues(tracked: TrackedIssues): readonly { issue: number; version: number }[] {
  const tasks = activeWhere(tracked, ({ newer }) => newer !== undefined).map(([, one]) => one);
  return [...groupsIn(tracked), ...tasks].flatMap(({ issue, newer }) =>
    newer === undefined ? [] : [{ issue: issue.number, version: newer }],
  );
}

function groupsIn({ plan, waves }: Pick<TrackedIssues, 'plan' | 'waves'>): readonly TrackedIssue<unknown>[] {
  return [...(plan ? [plan] : []), ...waves.values()];
}
