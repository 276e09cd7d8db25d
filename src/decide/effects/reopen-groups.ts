import type { Derivations } from '../../state/derivations.ts';
import type { GroupRecord } from '../../state/record.ts';
import type { Situation } from '../../state/situation.ts';
import type { IssueView, Snapshot } from '../../state/snapshot.ts';
import type { TrackedIssue, TrackedIssues } from '../../state/tracked-issues.ts';
import { mayWrite } from '../../state/trust.ts';
import { isAnnouncement } from './announce-problems.ts';
import type { Effect } from './effect.ts';

/** Issues of plan and waves that the app closed, and that have something to do again. What a person closed stays closed. */

type Input = Pick<Situation, 'plan' | 'tasks' | 'byWave' | 'snapshot'> & {
  readonly tracked: TrackedIssues;
  readonly derivations: Derivations;
};

export function reopenGroups({ plan, tasks, byWave, snapshot, tracked, derivations }: Input): readonly Effect[] {
  const open = tasks.some(({ satisfied }) => !satisfied);
  const waves = plan.waves.flatMap(({ number }): readonly Effect[] => {
    const wave = tracked.waves.get(number);
    if (!wave || wave.issue.open || !isClosedByApp(wave, snapshot)) return [];
    if (wave.issue.closedAs === 'not_planned') return [reopen(wave.issue, 'the plan has the wave again')];
    return byWave.get(number)?.some(({ satisfied }) => !satisfied)
      ? [reopen(wave.issue, 'the wave has something to do again')]
      : [];
  });
  const top = tracked.plan;
  if (!top || top.issue.open) return waves;
  // Who closed it while no plan could be read put a message away, and no plan.
  if (isAnnouncement(top.issue, derivations)) return [reopen(top.issue, 'there is a plan now'), ...waves];
  return open && isClosedByApp(top, snapshot)
    ? [reopen(top.issue, 'the plan has something to do again'), ...waves]
    : waves;
}

/**
 * The app closes once more what a person closed and somebody else opened: that it was last closed by the app says nothing
 * then.
 */
function isClosedByApp({ issue, record }: TrackedIssue<GroupRecord>, snapshot: Snapshot): boolean {
  if (issue.closedBy !== snapshot.app) return false;
  const newest = issue.stateChanges.findLast(({ by }) => by !== snapshot.app && mayWrite(by, snapshot));
  const to = newest?.to ?? record.decided?.to;
  return to === undefined || to === 'open';
}

function reopen({ number }: IssueView, reason: string): Effect {
  return { kind: 'reopen-issue', key: `reopen:${number}`, issue: number, reason };
}
