import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Mutation, makeMutant } from '../support/mutant.ts';
import type { TrustLaw } from '../support/trust/trust-laws.ts';

interface Guard extends Mutation {
  /** What it guards against. */
  readonly against: string;
  /** Name of the law that finds it missing. */
  readonly law: string;
}

/** How often a law is drawn before a missing guard counts as not found, and from where. */
const DRAWS = { numRuns: 400, seed: 20_261_128 };

const GUARDS: readonly Guard[] = [
  {
    against: 'running what the plan lists as completed',
    file: 'src/state/listed.ts',
    snippet: "return task.status === 'completed' && record.done === undefined && record.unlisted !== true;",
    by: 'return false;',
    law: 'no task that the plan lists as completed runs, and the file goes on saying so',
  },
];

describe('a copy of the product is caught by a law', () => {
  it('not at all where nothing was taken out', async () => {
    const [guard] = GUARDS;
    if (!guard) throw new Error('there is a guard');
    const { hold, remove } = await lawIn({ ...guard, by: guard.snippet });
    try {
      hold({ ...DRAWS, numRuns: 20 });
    } finally {
      await remove();
    }
  });

  it.each(GUARDS)('without its guard against $against', async (guard) => {
    const { hold, remove } = await lawIn(guard);
    try {
      expect(() => hold(DRAWS)).toThrow(/Property failed/);
    } finally {
      await remove();
    }
  });
});

/** The law, as it judges the mutant. */
async function lawIn(guard: Guard): Promise<Pick<TrustLaw, 'hold'> & { readonly remove: () => Promise<void> }> {
  const { folder, remove } = await makeMutant(guard);
  const { TRUST_LAWS } = await import(join(folder, 'test/support/trust/trust-laws.ts'));
  const law = (TRUST_LAWS as readonly TrustLaw[]).find(({ name }) => name === guard.law);
  if (!law) throw new Error(`no law says that ${guard.law}`);
  return { hold: law.hold, remove };
}
