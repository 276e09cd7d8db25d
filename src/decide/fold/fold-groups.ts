import type { Plan } from '../../plan/plan.ts';
import { activeTasks } from '../../state/active-tasks.ts';
import type { HandledComment } from '../../state/command-outcome.ts';
import { isLost } from '../../state/lost.ts';
import type { GroupRecord } from '../../state/record.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import { isClosedToUs, type TrackedIssue, type TrackedIssues } from '../../state/tracked-issues.ts';
import { applyCommands } from './apply-commands.ts';
import { wasHeardBefore } from './replay-commands.ts';
import { steerGroup } from './steer-group.ts';

/** The issues of plan and waves once the commands on them took effect. */
export interface FoldedGroups {
  readonly plan: TrackedIssue<GroupRecord> | undefined;
  readonly waves: ReadonlyMap<number, TrackedIssue<GroupRecord>>;
  /** What came of the comments on each, the plan first. */
  readonly handled: readonly HandledComment[];
}

interface FoldGroupsInput {
  readonly plan: Plan;
  readonly tracked: TrackedIssues;
  readonly snapshot: Snapshot;
}

export function foldGroups({ plan, tracked, snapshot }: FoldGroupsInput): FoldedGroups {
  const lost = wavesWithLosses(plan, tracked);
  const handled: HandledComment[] = [];
  let wasHeard: ReturnType<typeof wasHeardBefore> | undefined;
  const fold = (trackedIssue: TrackedIssue<GroupRecord>, isAsked: boolean): TrackedIssue<GroupRecord> => {
    const { issue, record, intact } = trackedIssue;
    if (isClosedToUs(trackedIssue)) return trackedIssue;
    const folded = applyCommands({ issue, record, snapshot }, steerGroup({ issue, snapshot, isAsked }));
    if (!intact) wasHeard ??= wasHeardBefore(tracked);
    handled.push(...folded.handled.filter(({ comment }) => intact || !wasHeard?.(comment)));
    return { ...trackedIssue, record: folded.record };
  };
  return {
    plan: tracked.plan && fold(tracked.plan, lost.size > 0),
    waves: new Map([...tracked.waves].map(([number, trackedIssue]) => [number, fold(trackedIssue, lost.has(number))])),
    handled,
  };
}

/** Waves of which work was lost that nobody has taken as it is. */
function wavesWithLosses({ tasks }: Plan, tracked: TrackedIssues): ReadonlySet<number> {
  if (!Array.from(activeTasks(tracked), ([, { record }]) => record).some(isLost)) return new Set();
  return new Set(
    tasks.flatMap(({ id, wave }) => {
      const record = tracked.tasks.get(id)?.record;
      return record && isLost(record) ? [wave] : [];
    }),
  );
}
