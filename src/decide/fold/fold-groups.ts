import type { HandledComment } from '../../state/command-outcome.ts';
import type { GroupRecord } from '../../state/record.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import type { TrackedIssue, TrackedIssues } from '../../state/tracked-issues.ts';
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

export function foldGroups(tracked: TrackedIssues, snapshot: Snapshot): FoldedGroups {
  const handled: HandledComment[] = [];
  let wasHeard: ReturnType<typeof wasHeardBefore> | undefined;
  const fold = (trackedIssue: TrackedIssue<GroupRecord>): TrackedIssue<GroupRecord> => {
    const { issue, record, newer, intact } = trackedIssue;
    if (newer !== undefined) return trackedIssue;
    const folded = applyCommands({ issue, record, snapshot }, steerGroup({ issue, snapshot }));
    if (!intact) wasHeard ??= wasHeardBefore(tracked);
    handled.push(...folded.handled.filter(({ comment }) => intact || !wasHeard?.(comment)));
    return { ...trackedIssue, record: folded.record };
  };
  return {
    plan: tracked.plan && fold(tracked.plan),
    waves: new Map([...tracked.waves].map(([number, trackedIssue]) => [number, fold(trackedIssue)])),
    handled,
  };
}
