import type { Project } from '../plan/project.ts';
import { byWave } from '../state/by-wave.ts';
import { classify } from '../state/classify.ts';
import type { Derivations } from '../state/derivations.ts';
import { identifyPlan } from '../state/plan-identity.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { Timings } from '../state/timings.ts';
import { matchIssues, newerIssues, type TrackedIssues } from '../state/tracked-issues.ts';
import { newerRecordNotice, refusalNotice } from '../text/notices.ts';
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
  const { config, graph, longestPaths, criticalPath } = project;
  const plan = identifyPlan(project.plan, { snapshot, derivations });
  const matched = matchIssues({ snapshot, plan, derivations });
  const leftAlone = newerIssues(matched);
  const outdated = newerRecordNotice(leftAlone);
  const constant = { plan, graph, config, snapshot, timings, derivations };
  if (matched.plan?.newer !== undefined) {
    // Whatever was said and done up to now is in a record that cannot be read: nothing is written anywhere.
    const { tasks } = classify({ ...constant, tracked: matched, notice: outdated });
    return {
      ...outline({ tracked: matched, criticalPath, leftAlone }),
      effects: [],
      tasks,
      wakeAt: undefined,
      notice: outdated,
    };
  }

  const folded = foldEvents({ snapshot, config, tracked: matched, timings });
  const notice = outdated ?? refusalNotice(folded.tracked.plan);
  const situation = { ...constant, notice };
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
    ...outline({ tracked, criticalPath, leftAlone }),
    effects,
    tasks,
    wakeAt: earliest([more, folded.wakeAt, wakeAt, base.wakeAt, waves.wakeAt]),
    notice,
  };
}

interface Outline {
  readonly tracked: TrackedIssues;
  readonly criticalPath: Decision['criticalPath'];
  readonly leftAlone: ReturnType<typeof newerIssues>;
}

/** What a decision says of the plan, whatever is to be done. */
function outline({
  tracked,
  criticalPath,
  leftAlone,
}: Outline): Pick<Decision, 'planIssue' | 'waveIssues' | 'criticalPath' | 'leftAlone'> {
  return {
    planIssue: tracked.plan?.issue.number,
    waveIssues: new Map([...tracked.waves].map(([number, { issue }]) => [number, issue.number])),
    criticalPath,
    leftAlone: leftAlone.map(({ issue }) => issue),
  };
}
