import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Law } from '../support/draws.ts';
import { GUARDS, type GuardName } from '../support/guards.ts';
import { makeMutant } from '../support/mutant.ts';

interface Guard {
  readonly against: GuardName;
  /** Name of the law that finds it missing. */
  readonly law: string;
}

/** How often a law is drawn before a missing guard counts as not found, and from where. */
const DRAWS = { numRuns: 600, seed: 20_261_128, endOnFailure: true };

const LISTED = 'no task that the plan lists as completed runs, and the file goes on saying so';
const SECOND = 'a second plan with the same ids runs whole, and touches nothing of the first';
const OTHER =
  'another plan in the place of an unfinished one waits for a person, and the former goes on when it is put back';
const EDITED = 'edited titles, bodies and labels make no second run and no second landing';
const REFUSED = 'nothing of a task lands after a person who may write has said no';
const WATCHED = 'what left the base is not completed, and nothing that needs it begins';
const TRIAGED = 'what a triager does changes nothing that is dispatched, completed or begun again';
const FORGED = 'nothing is completed by what another workflow says or closes';

const CAUGHT: readonly Guard[] = [
  { against: 'running what the plan lists as completed', law: LISTED },
  { against: 'believing its own projection', law: LISTED },
  { against: 'believing its own projection, put back by a force-push', law: WATCHED },
  { against: 'issues of another plan that answer for a task', law: SECOND },
  { against: 'another plan in the place of one that is not finished', law: OTHER },
  { against: 'losing an issue whose title and body were edited', law: EDITED },
  { against: 'a second issue of its own that is left open', law: EDITED },
  { against: 'a run that goes on after a no, whichever way it was said', law: REFUSED },
  { against: 'a run that goes on after its wave or plan was closed', law: REFUSED },
  { against: 'a run that goes on after its task was taken out of the plan', law: REFUSED },
  { against: 'the claim of a run that was refused', law: REFUSED },
  { against: 'more runs than there are slots', law: REFUSED },
  { against: 'work that was reverted', law: WATCHED },
  { against: 'work that was forced away', law: WATCHED },
  { against: 'what triagers do to issues', law: TRIAGED },
  { against: 'labels that triagers set and take off', law: TRIAGED },
  { against: 'results without a commit on the base', law: FORGED },
  { against: 'closings by other workflows', law: FORGED },
];

describe('a copy of the product is caught by a law', () => {
  it('not at all where nothing was taken out', async () => {
    const [guard] = CAUGHT;
    if (!guard) throw new Error('there is a guard');
    const { hold, remove } = await lawIn(guard, { isLeftIn: true });
    try {
      hold({ ...DRAWS, numRuns: 20 });
    } finally {
      await remove();
    }
  });

  for (const guard of CAUGHT) {
    it(`without its guard against ${guard.against}`, async () => {
      const { hold, remove } = await lawIn(guard);
      try {
        expect(() => hold(DRAWS)).toThrow(/Property failed/);
      } finally {
        await remove();
      }
    });
  }
});

/** The law, as it judges the mutant. */
async function lawIn(
  { against, law: wanted }: Guard,
  { isLeftIn = false } = {},
): Promise<Pick<Law, 'hold'> & { readonly remove: () => Promise<void> }> {
  const guard = GUARDS[against];
  const { folder, remove } = await makeMutant(isLeftIn ? { ...guard, by: guard.snippet, also: [] } : guard);
  const { TRUST_LAWS } = await import(join(folder, 'test/support/trust/trust-laws.ts'));
  const law = (TRUST_LAWS as readonly Law[]).find(({ name }) => name === wanted);
  if (!law) throw new Error(`no law says that ${wanted}`);
  return { hold: law.hold, remove };
}
