import * as z from 'zod';
import type { BuryClaim } from '../../decide/effects/effect.ts';
import { claimMessage, claimRef, NO_RUN } from '../../state/names.ts';
import { moveCommitRef, readCommitRef, readSaidCommit } from '../commit-ref.ts';
import { applied, type EffectOf, type ExecutorInput, failed, type RequestExecutor, skipped } from './executor.ts';

/** A run may take the claim, or give it up, while its tombstone is made: each try looks again. */
const MAX_TRIES = 4;

/** What the message of a claim's commit says; one that nobody can read stands for the lowest dispatch. */
const holderText = z.object({ dispatch: z.number(), run: z.number() });

/** Who holds a task, and the commit that says so. */
interface HeldClaim {
  readonly commit: string;
  readonly tree: string;
  readonly dispatch: number;
  readonly run: number;
}

/** Only the last try forces the tombstone onto the ref. It never replaces a claim of a higher dispatch. */
export const buryClaim: RequestExecutor<EffectOf<'bury-claim'>> = {
  phase: 'refusals',
  request: async (effect, input) => {
    for (let left = MAX_TRIES; left > 0; left--) {
      const held = await readClaim(effect.issue, input);
      if (held && held.dispatch > effect.dispatch) return skipped(`dispatch ${held.dispatch} holds the task by now`);
      if (held && held.dispatch === effect.dispatch && held.run === NO_RUN)
        return skipped('nobody can take it already');
      if (await moveClaim(effect, { ...input, held, force: left === 1 })) return applied();
    }
    return failed(`${claimRef(effect.issue)} was moved ${MAX_TRIES} times meanwhile`);
  },
};

/** @returns The claim as GitHub has it; undefined where nobody has taken it. */
async function readClaim(issue: number, input: ExecutorInput): Promise<HeldClaim | undefined> {
  const said = await readCommitRef(input, claimRef(issue));
  return said && { commit: said.oid, tree: said.tree, ...holderIn(said.message) };
}

function holderIn(message: string): Pick<HeldClaim, 'dispatch' | 'run'> {
  try {
    return holderText.parse(JSON.parse(message));
  } catch {
    // Somebody moved the ref by hand.
    return { dispatch: 0, run: 0 };
  }
}

interface Move extends ExecutorInput {
  readonly held: HeldClaim | undefined;
  readonly force: boolean;
}

/** @returns Whether the claim was still as it was read, and is a tombstone now. */
async function moveClaim({ issue, dispatch }: BuryClaim, { held, force, ...input }: Move): Promise<boolean> {
  // Every commit has a tree, and this one's is nobody's: any that the repository holds will do.
  const tree = held?.tree ?? (await readSaidCommit(input, input.snapshot.repository.head)).tree;
  const message = claimMessage({ dispatch, run: NO_RUN });
  return (await moveCommitRef(input, { ref: claimRef(issue), from: held?.commit, message, tree, force })) !== undefined;
}
