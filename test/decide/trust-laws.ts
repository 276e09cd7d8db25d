import { describe, it } from 'vitest';
import { draws } from '../support/draws.ts';
import { TRUST_LAWS } from '../support/trust/trust-laws.ts';

/** @param times How much oftener than usual each law is drawn. */
export function describeTrustLaws(times = 1): void {
  describe('whatever people, triagers and other workflows do', () => {
    for (const { name, numRuns, hold } of TRUST_LAWS) it(name, () => hold(draws(times * numRuns)));
  });
}
