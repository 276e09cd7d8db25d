import { type SimulationEnd, type SimulationInput, simulate } from './simulation.ts';
import type { FaultKind, Suppressed } from './world/fault-mix.ts';

/** More worlds than a story is worth. */
const MAX_WORLDS = 120;

/**
 * Leaves out what a failing seed does not need to fail: whole kinds of faults first, then half of what is left, and so on
 * down to single ones. The law that is broken stays the same one.
 */
export async function shrink(input: SimulationInput, first: SimulationEnd, most = MAX_WORLDS): Promise<SimulationEnd> {
  const law = first.violations[0]?.law;
  let best = first;
  let left: Suppressed = { kinds: new Set(), ids: new Set() };
  let worlds = 0;
  const tryWithout = async (more: {
    readonly kinds?: readonly FaultKind[];
    readonly ids?: readonly string[];
  }): Promise<boolean> => {
    if (worlds++ >= most) return false;
    const suppressed = {
      kinds: new Set([...left.kinds, ...(more.kinds ?? [])]),
      ids: new Set([...left.ids, ...(more.ids ?? [])]),
    };
    const end = await simulate({ ...input, suppressed });
    if (!end.violations.some((each) => each.law === law)) return false;
    left = suppressed;
    best = end;
    return true;
  };
  for (const kind of first.rates.keys()) await tryWithout({ kinds: [kind] });
  for (
    let size = Math.ceil(best.occurrences.length / 2);
    size >= 1 && worlds < most;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let at = 0; at < best.occurrences.length && worlds < most; ) {
      const ids = best.occurrences.slice(at, at + size).map(({ id }) => id);
      if (!(await tryWithout({ ids }))) at += size;
    }
  }
  return best;
}
