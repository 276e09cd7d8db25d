import * as z from 'zod';
import type { BuryClaim } from '../../decide/effects/effect.ts';
import { claimMessage, claimRef, NO_RUN } from '../../state/names.ts';
import { toFailure } from '../errors.ts';
import { API_VERSION } from '../octokit.ts';
import {
  applied,
  type EffectOf,
  type ExecutorInput,
  failed,
  type RequestExecutor,
  skipped,
  WRITE,
} from './executor.ts';

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

/**
 * The tombstone is a child of the claim that was read, so that a move without force is a compare-and-swap; only the last
 * try forces it. It never replaces a claim of a higher dispatch.
 */
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
async function readClaim(issue: number, { client, locator }: ExecutorInput): Promise<HeldClaim | undefined> {
  try {
    const { data: ref } = await client.request('GET /repos/{owner}/{repo}/git/ref/{ref}', {
      ...locator,
      ref: shortRef(issue),
      headers: API_VERSION,
    });
    const { tree, message } = await readCommit(ref.object.sha, { client, locator });
    return { commit: ref.object.sha, tree, ...holderIn(message) };
  } catch (error) {
    const failure = toFailure(error);
    if (failure.kind === 'refused' && failure.status === 404) return undefined;
    throw error;
  }
}

async function readCommit(
  sha: string,
  { client, locator }: Pick<ExecutorInput, 'client' | 'locator'>,
): Promise<{ readonly tree: string; readonly message: string }> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
    ...locator,
    commit_sha: sha,
    headers: API_VERSION,
  });
  return { tree: data.tree.sha, message: data.message };
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
  const { client, locator, snapshot } = input;
  // Every commit has a tree, and this one's is nobody's: any that the repository holds will do.
  const tree = held?.tree ?? (await readCommit(snapshot.repository.head, input)).tree;
  const { data: tombstone } = await client.request('POST /repos/{owner}/{repo}/git/commits', {
    ...locator,
    message: claimMessage({ dispatch, run: NO_RUN }),
    tree,
    parents: held ? [held.commit] : [],
    ...WRITE,
  });
  try {
    if (held) {
      const moved = { ref: shortRef(issue), sha: tombstone.sha, force };
      await client.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', { ...locator, ...moved, ...WRITE });
    } else {
      const made = { ref: claimRef(issue), sha: tombstone.sha };
      await client.request('POST /repos/{owner}/{repo}/git/refs', { ...locator, ...made, ...WRITE });
    }
    return true;
  } catch (error) {
    const failure = toFailure(error);
    // It exists, does not exist any more, or stands elsewhere.
    if (failure.kind === 'refused' && failure.status === 422) return false;
    throw error;
  }
}

function shortRef(issue: number): string {
  return claimRef(issue).replace(/^refs\//, '');
}
