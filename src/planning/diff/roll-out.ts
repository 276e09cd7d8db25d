import { decide } from '../../decide/decide.ts';
import type { Decision, Effect } from '../../decide/effects/effect.ts';
import type { Project } from '../../plan/project.ts';
import { newDerivations } from '../../state/derivations.ts';
import type { Snapshot } from '../../state/snapshot.ts';
import { TIMINGS } from '../../state/timings.ts';
import { execute } from '../world/execute.ts';
import { change, type PlanWorld } from '../world/world.ts';
import { seenAgain, worldOf } from '../world/world-of.ts';

/** What passes come to, one after the other, when nothing else happens. */
export interface RollOut {
  /** What it began with. */
  readonly from: Snapshot;
  readonly world: PlanWorld;
  readonly effects: readonly Effect[];
  /** Of the last pass. */
  readonly decision: Decision;
}

/** Labels, plan issue, waves, and what follows: few passes, unless one undoes what another does. */
const MAX_PASSES = 40;
/** At least so many issues are made by one pass, where so many are to be made. */
const MIN_ISSUES = 50;

/** Carries out what `decide` decides, in a world that nobody else changes, until a pass has nothing to do at this moment. */
export function rollOut(snapshot: Snapshot, project: Project): RollOut {
  const derivations = newDerivations();
  const done: Effect[] = [];
  let world = worldOf(snapshot);
  for (let left = MAX_PASSES + project.plan.tasks.length / MIN_ISSUES; ; left--) {
    const seen = done.length === 0 ? snapshot : onceRead(seenAgain(world, snapshot));
    const decision = decide({ snapshot: seen, project, timings: TIMINGS, derivations, closesLanded: true });
    const { effects, wakeAt } = decision;
    world = change(world, (draft) => {
      for (const effect of effects) execute(draft, effect);
    });
    done.push(...effects);
    // A pass that made as many issues as GitHub takes in a minute leaves the rest to the next one.
    const isHurried = wakeAt !== undefined && wakeAt <= snapshot.now;
    const isOver = !isHurried && !effects.some(({ kind }) => kind === 'create-issue');
    if (effects.length === 0 || isOver || left <= 1) return { from: snapshot, world, effects: done, decision };
  }
}

/** What the base has gained since the last look is in the records by then. */
function onceRead(snapshot: Snapshot): Snapshot {
  const { head } = snapshot.repository;
  return snapshot.base ? { ...snapshot, base: { commits: [], since: head, whole: false } } : snapshot;
}
