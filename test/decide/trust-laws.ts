import { describe, it } from 'vitest';
import { draws } from '../support/draws.ts';
import { TRUST_LAWS } from '../support/trust/trust-laws.ts';

export function describeTrustLaws(): void {
  describe('whoever acts', () => {
    for (const { name, numRuns, hold } of TRUST_LAWS) it(name, () => hold(draws(numRuns)));
  });
}
