import { join } from 'node:path';
import { expect, it } from 'vitest';
import { drawLaws, type Law } from '../support/draws.ts';
import { makeMutant } from '../support/mutant.ts';
import { PROBE_LAWS } from '../support/probe-law.ts';

/** What the law says where it is broken. */
const BROKEN = 'runs before one has told';

drawLaws('the first run looks', PROBE_LAWS);

it('does not hold without the guard that sends one alone', async () => {
  const { folder, remove } = await makeMutant({
    file: 'src/decide/schedule/choose.ts',
    snippet: 'input.isProbeDue ? chooseAlone(input) : chooseMany(input)',
    by: 'chooseMany(input)',
    also: [{ snippet: 'function chooseAlone(', by: 'export function chooseAlone(' }],
  });
  try {
    const { PROBE_LAWS: laws } = await import(join(folder, 'test/support/probe-law.ts'));
    const [law] = laws as readonly Law[];
    expect(() => law?.hold({ numRuns: 200, seed: 20_261_130, endOnFailure: true })).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ message: expect.stringContaining(BROKEN) }) }),
    );
  } finally {
    await remove();
  }
});
