import type { RunnerTestCase } from 'vitest';

/** Put before Stryker's own way of counting, which takes longer than what it counts, and goes on after it is needed. */
export const COUNT = `if (ns.isQuiet) {
      stryCov_9fa48 = function () {};
      return;
    }
    if (ns.currentTestId) {
      for (var i = 0; i < arguments.length; i++) ns.hits[arguments[i]] = (ns.hits[arguments[i]] || 0) + 1;
      return;
    }`;

/** A test that passed, with the numbers of the changes that it reaches. */
export interface RecordedTest {
  readonly test: RunnerTestCase;
  readonly ids: Int32Array;
}

/** What the code between Stryker's switches reads and writes, by Stryker's names, and what is kept beside it. */
interface Stryker {
  activeMutant: string | undefined;
  currentTestId: string | undefined;
  readonly mutantCoverage: { readonly static: Record<string, number> };
  hitCount: number;
  hitLimit: number;
  /** By the number of a change: how often the current test reached it. Grows with the numbers. */
  readonly hits: number[];
  /** Nobody counts any more which changes are reached. */
  isQuiet: boolean;
  /** By the number of a change: how often a test reaches it at most. */
  readonly mostHits: number[];
}

// Setup files, runner and tests are loaded apart.
const shared = globalThis as { __stryker__?: Stryker; __recorded__?: RecordedTest[] };
shared.__recorded__ ??= [];
shared.__stryker__ ??= {
  activeMutant: undefined,
  currentTestId: undefined,
  mutantCoverage: { static: {} },
  hitCount: 0,
  hitLimit: Number.POSITIVE_INFINITY,
  hits: [],
  isQuiet: false,
  mostHits: [],
};

export const STRYKER: Stryker = shared.__stryker__;
export const TESTS: RecordedTest[] = shared.__recorded__;
