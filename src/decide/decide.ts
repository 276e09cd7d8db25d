import type { Project } from '../plan/project.ts';
import { byWave } from '../state/by-wave.ts';
import { classify } from '../state/classify.ts';
import type { Derivations } from '../state/derivations.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { Timings } from '../state/timings.ts';
import { matchIssues } from '../state/tracked-issues.ts';
import type { Decision } from './effects/effect.ts';
import { mayLand, syncIntegrationBranch } from './effects/integration-branch.ts';
import { earliest, planEffects } from './effects/plan-effects.ts';
import { syncWavePulls } from './effects/wave-pulls.ts';
import { foldEvents } from './fold/fold-events.ts';
import { assign } from './schedule/assign.ts';
import { choose } from './schedule/choose.ts';

export interface DecideInput {
  readonly snapshot: Snapshot;
  readonly project: Project;
  readonly timings: Timings;
  /** Kept by the host between passes: a new one costs time, and changes nothing. */
  readonly derivations: Derivations;
}

/**
 * Decides what is to be done about one repository: the same snapshot and project give the same bytes.
 * First everything that happened is folded into the records, then every task gets its state, then free slots are
 * given away, and what is to be written is the difference between the records and GitHub.
 */
export function decide({ snapshot, project, timings, derivations }: DecideInput): Decision {
  const { plan, config, graph, longestPaths, criticalPath } = project;
  const folded = foldEvents({ snapshot, config, tracked: matchIssues({ snapshot, plan, derivations }), timings });
  const notice = folded.tracked.plan?.record.refusal?.what;
  const situation = { plan, graph, config, snapshot, timings, notice, derivations };

  const found = classify({ ...situation, tracked: folded.tracked });
  const chosen = mayLand(snapshot)
    ? choose({ plan, graph, longestPaths, config, tasks: found.tasks, now: snapshot.now, timings })
    : { choices: [], deferred: new Map() };
  const assigned = assign({ folded, chosen, graph, snapshot, tasks: found.tasks });

  const { tasks, wakeAt } = classify({
    ...situation,
    tracked: assigned.tracked,
    deferred: chosen.deferred,
    before: { tasks: found.tasks, changed: assigned.changed },
  });
  const base = syncIntegrationBranch({ snapshot, tracked: assigned.tracked, notice });
  const within = byWave(tasks);
  const waves = syncWavePulls({ plan, snapshot, tracked: base.tracked, tasks, byWave: within });
  const { tracked } = waves;
  const { effects, wakeAt: more } = planEffects({
    ...situation,
    path: criticalPath,
    folded,
    tracked,
    tasks,
    byWave: within,
    chosen,
    branches: [...base.effects, ...waves.effects],
  });
  return {
    effects,
    tasks,
    wakeAt: earliest([more, folded.wakeAt, wakeAt, base.wakeAt, waves.wakeAt]),
    notice,
    planIssue: tracked.plan?.issue.number,
    waveIssues: new Map([...tracked.waves].map(([number, { issue }]) => [number, issue.number])),
    criticalPath,
  };
}
