import type { Config } from '../plan/config.ts';
import { criticalPath } from '../plan/critical-path.ts';
import { graphOf } from '../plan/graph.ts';
import type { Plan } from '../plan/plan.ts';
import { byWave } from '../state/by-wave.ts';
import { classify } from '../state/classify.ts';
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
  readonly plan: Plan;
  readonly config: Config;
  readonly timings: Timings;
}

/**
 * Decides what is to be done about one repository: the same snapshot, plan and configuration give the same bytes.
 * First everything that happened is folded into the records, then every task gets its state, then free slots are
 * given away, and what is to be written is the difference between the records and GitHub.
 */
export function decide({ snapshot, plan, config, timings }: DecideInput): Decision {
  const graph = graphOf(plan);
  const path = criticalPath(plan, graph);
  const folded = foldEvents({ snapshot, config, tracked: matchIssues(snapshot, plan), timings });
  const notice = folded.tracked.plan?.record.refusal?.what;
  const situation = { plan, graph, config, snapshot, timings, notice };

  const found = classify({ ...situation, tracked: folded.tracked });
  const chosen = mayLand(snapshot)
    ? choose({ plan, graph, config, tasks: found.tasks, now: snapshot.now, timings })
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
    path,
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
    criticalPath: path,
  };
}
