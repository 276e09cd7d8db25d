import type { Plan } from '../../plan/plan.ts';
import { activeWhere } from '../../state/active-tasks.ts';
import { isClosedByApp } from '../../state/closed-by-app.ts';
import type { HandledComment } from '../../state/command-outcome.ts';
import { isLost } from '../../state/lost.ts';
import type { GroupRecord } from '../../state/record.ts';
import { isOver } from '../../state/satisfied.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import { isClosedToUs, type TrackedIssue, type TrackedIssues } from '../../state/tracked-issues.ts';
import { applyCommands } from './apply-commands.ts';
import { endInPlan } from './end-in-plan.ts';
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
  const goesOn = (one: TrackedIssue<GroupRecord>) => isClosedByApp(one, snapshot) && isLeft(one, { plan, tracked });
  const handled: HandledComment[] = [];
  let wasHeard: ReturnType<typeof wasHeardBefore> | undefined;
  const fold = (trackedIssue: TrackedIssue<GroupRecord>, isAsked: boolean): TrackedIssue<GroupRecord> => {
    const { issue, record, intact } = trackedIssue;
    if (isClosedToUs(trackedIssue)) return trackedIssue;
    const isOpen = () => issue.open || goesOn(trackedIssue);
    const folded = applyCommands({ issue, record, snapshot }, steerGroup({ issue, snapshot, isOpen, isAsked }));
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

/** The plan has something to do there. */
function isLeft({ record: { wave } }: TrackedIssue<GroupRecord>, { plan, tracked }: Omit<FoldGroupsInput, 'snapshot'>) {
  return plan.tasks.some((task) => {
    if (wave !== undefined && task.wave !== wave) return false;
    const one = tracked.tasks.get(task.id);
    return one ? !isOver({ state: endInPlan(one), record: one.record }) : task.status !== 'completed';
  });
}

/** Waves of which work was lost that nobody has taken as it is. */
function wavesWithLosses({ tasks }: Plan, tracked: TrackedIssues): ReadonlySet<number> {
  if (activeWhere(tracked, ({ record }) => isLost(record)).length === 0) return new Set();
  return new Set(
    tasks.flatMap(({ id, wave }) => {
      const record = tracked.tasks.get(id)?.record;
      return record && isLost(record) ? [wave] : [];
    }),
  );
}
