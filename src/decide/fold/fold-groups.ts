import type { IssuedCommand } from '../../state/command.ts';
import type { GroupRecord } from '../../state/record.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import type { TrackedIssue, TrackedIssues } from '../../state/tracked-issues.ts';
import { type AppliedCommands, applyCommands, steerGroup } from './apply-commands.ts';

/** The issues of plan and waves once the commands on them took effect. */
export interface FoldedGroups {
  readonly plan: TrackedIssue<GroupRecord> | undefined;
  readonly waves: ReadonlyMap<number, TrackedIssue<GroupRecord>>;
  /** What came of the commands on each, the plan first. */
  readonly commands: readonly AppliedCommands<GroupRecord>[];
  /** What took effect on the plan, and on each wave by the number of its issue: its tasks follow. */
  readonly planOrders: readonly IssuedCommand[];
  readonly waveOrders: ReadonlyMap<number, readonly IssuedCommand[]>;
}

export function foldGroups(tracked: TrackedIssues, snapshot: Snapshot): FoldedGroups {
  const commands: AppliedCommands<GroupRecord>[] = [];
  const fold = (trackedIssue: TrackedIssue<GroupRecord>): AppliedCommands<GroupRecord> => {
    const { issue, record, newer } = trackedIssue;
    const folded: AppliedCommands<GroupRecord> =
      newer === undefined
        ? applyCommands({ issue, record, snapshot }, steerGroup)
        : { record, applied: [], questions: [], refusals: [] };
    commands.push(folded);
    return folded;
  };
  const plan = tracked.plan && fold(tracked.plan);
  const waves = new Map<number, TrackedIssue<GroupRecord>>();
  const waveOrders = new Map<number, readonly IssuedCommand[]>();
  for (const [number, trackedIssue] of tracked.waves) {
    const { record, applied } = fold(trackedIssue);
    waves.set(number, { ...trackedIssue, record });
    waveOrders.set(trackedIssue.issue.number, applied);
  }
  return {
    plan: tracked.plan && plan && { ...tracked.plan, record: plan.record },
    waves,
    commands,
    planOrders: plan?.applied ?? [],
    waveOrders,
  };
}
