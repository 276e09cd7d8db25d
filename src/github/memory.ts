import { type Derivations, newDerivations } from '../state/derivations.ts';
import { EMPTY_CACHE, type IssueCache } from './issue-cache.ts';
import { EMPTY_LEDGER, type Ledger } from './ledger.ts';

/**
 * What one process knows of one repository between passes. A pass takes it and returns the next; whoever has none
 * starts with a new one. It saves requests and bridges stale reads; losing it costs one full reading, never correctness.
 */
export interface Memory {
  readonly cache: IssueCache;
  readonly ledger: Ledger;
  /** What was derived from the values of the cache. */
  readonly derivations: Derivations;
}

export function newMemory(): Memory {
  return { cache: EMPTY_CACHE, ledger: EMPTY_LEDGER, derivations: newDerivations() };
}

/**
 * The memory of a process that heard of a change of which no issue's `updatedAt` tells: a relation, an issue that was
 * deleted or transferred. Its next reading is one of every issue; who hears of none makes that by itself in a while.
 */
export function withEveryIssueDue(memory: Memory): Memory {
  return { ...memory, cache: { ...memory.cache, everyIssueReadAt: 0 } };
}
