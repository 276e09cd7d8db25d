import { isClosedByApp } from '../../state/closed-by-app.ts';
import type { Derivations } from '../../state/derivations.ts';
import type { Situation } from '../../state/situation.ts';
import type { IssueView } from '../../state/snapshot.ts';
import type { TrackedIssues } from '../../state/tracked-issues.ts';
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
    if (!wave || !isClosedByApp(wave, snapshot)) return [];
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

function reopen({ number }: IssueView, reason: string): Effect {
  return { kind: 'reopen-issue', key: `reopen:${number}`, issue: number, reason };
}
