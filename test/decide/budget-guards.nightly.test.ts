import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Law } from '../support/draws.ts';
import { type Mutation, makeMutant } from '../support/mutant.ts';

const GUARDS: readonly (Mutation & { readonly against: string })[] = [
  {
    against: 'starting what does not fit',
    file: 'src/decide/schedule/choose.ts',
    snippet: "if (found?.kind === 'short') continue;\n      if (found) ledger?.take(view, found.reserved);",
    by: "if (found?.kind === 'short') {} else if (found) ledger?.take(view, found.reserved);",
  },
  {
    against: 'a cost that nobody told',
    file: 'src/decide/fold/close-account.ts',
    snippet: 'return both({ ...known, minutes: known.minutes ??',
    by: 'return both({ ...known, usd: 0, minutes: known.minutes ??',
  },
  {
    against: 'a record that somebody broke',
    file: 'src/decide/fold/restore-accounts.ts',
    snippet: 'if (!kept) return folded;',
    by: 'if (kept) return folded;',
  },
  {
    against: 'a broken record of a run at work',
    file: 'src/decide/fold/rebuild-record.ts',
    snippet: '...(account && { account })',
    by: '',
  },
  {
    against: 'what a reviewer spends',
    file: 'src/state/spending.ts',
    snippet: 'if (!reviewer) return;',
    by: 'if (reviewer) return;',
  },
  {
    against: 'one task that gets all there is',
    file: 'src/decide/schedule/reserve.ts',
    snippet: 'Math.max(1, slots, others)',
    by: '1',
  },
];

describe('a budget does not hold', () => {
  it.each(GUARDS)('without the guard against $against', async (guard) => {
    const { folder, remove } = await makeMutant(guard);
    try {
      const { BUDGET_LAWS: laws } = await import(join(folder, 'test/support/budget/budget-laws.ts'));
      const [law] = laws as readonly Law[];
      expect(() => law?.hold({ numRuns: 200, seed: 20_261_130, endOnFailure: true })).toThrow(/Property failed/);
    } finally {
      await remove();
    }
  });
});
