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

/** Labels, plan issue, waves, tasks, and what follows: few passes, unless one undoes what another does. */
const MAX_PASSES = 40;

/** Carries out what `decide` decides, in a world that nobody else changes, until a pass has nothing to do at this moment. */
export function rollOut(snapshot: Snapshot, project: Project): RollOut {
  const derivations = newDerivations();
  const done: Effect[] = [];
  let world = worldOf(snapshot);
  for (let left = MAX_PASSES; ; left--) {
    const seen = done.length === 0 ? snapshot : onceRead(seenAgain(world, snapshot));
    const decision = decide({ snapshot: seen, project, timings: TIMINGS, derivations, closesLanded: true });
    const { effects, wakeAt } = decision;
    world = change(world, (draft) => {
      for (const effect of effects) execute(draft, effect);
    });
    done.push(...effects);
    const isOver = effects.length === 0 || wakeAt === undefined || wakeAt > snapshot.now;
    if (isOver || left === 1) return { from: snapshot, world, effects: done, decision };
  }
}

/** What the base has gained since the last look is in the records by then. */
function onceRead(snapshot: Snapshot): Snapshot {
  const { head } = snapshot.repository;
  return snapshot.base ? { ...snapshot, base: { commits: [], since: head, whole: false } } : snapshot;
}
