import * as z from 'zod/mini';
import { claimRef, type DispatchInputs, NO_RUN } from '../../state/names.ts';
import { EMPTY_TREE, gitText, type Repository } from '../git/git.ts';
import { commitTree } from '../git/merge-trees.ts';
import { pushRefs } from '../git/push.ts';
import { readRemoteRef } from '../git/remote-ref.ts';
import type { Clock } from '../protocol/clock.ts';
import { parseJson } from '../protocol/json.ts';

/** Who holds a task, of what the message of the commit says that the claim ref points at. */
const claimHolder = z.object({ dispatch: z.number(), run: z.number() });

type ClaimHolder = Readonly<z.infer<typeof claimHolder>>;

export type ClaimResult = { readonly kind: 'taken' } | { readonly kind: 'superseded'; readonly why: string };

/** Others move the same ref: each try is one of them being faster, and dispatch numbers only grow. */
const MAX_TRIES = 10;

/** @returns The commit by which a run holds a claim. */
export function claimCommit(
  repository: Repository,
  { dispatch, run }: { readonly dispatch: DispatchInputs; readonly run: number },
): Promise<string> {
  return orphanCommit(repository, { ...dispatch, run });
}

/**
 * Takes the claim of an issue by compare-and-swap: from nothing, or from a lower dispatch number only.
 * @param commit What `claimCommit` made.
 * @throws when the remote does not answer clearly; the claim may then be held or not.
 */
export async function acquireClaim(
  repository: Repository,
  { dispatch, commit, clock }: { readonly dispatch: DispatchInputs; readonly commit: string; readonly clock: Clock },
): Promise<ClaimResult> {
  const ref = claimRef(dispatch.issue);
  let from = '';
  let problem = 'others kept moving it';
  for (let left = MAX_TRIES; left > 0; left--) {
    const answer = await pushRefs(repository, [{ ref, from, to: commit }]);
    if (answer.kind === 'moved') return { kind: 'taken' };
    if (answer.kind === 'refused')
      throw new Error(`${ref} cannot be written: ${answer.text}; give the job contents: write`);
    const held = await readClaim(repository, dispatch.issue);
    if (held?.commit === commit) return { kind: 'taken' };
    if (held && held.holder.dispatch >= dispatch.dispatch) {
      const { dispatch: by, run: holder } = held.holder;
      return {
        kind: 'superseded',
        why:
          holder === NO_RUN
            ? `dispatch ${by} is over: its run ended, or a person said no to it`
            : `run ${holder} holds the task under dispatch ${by}`,
      };
    }
    if (answer.kind === 'unclear') {
      problem = answer.text;
      await clock.sleep(1_000);
    }
    from = held?.commit ?? '';
  }
  throw new Error(`${ref} could not be taken in ${MAX_TRIES} tries: ${problem}; comment /retry on the issue`);
}

interface ProbedClaim {
  readonly dispatch: DispatchInputs;
  readonly run: number;
  /** The commit by which it is held. */
  readonly claim: string;
}

/**
 * Has the claim say that its run has looked whether work could land, and found nothing that keeps it from that.
 * @returns The commit by which it is held from now on: the same where it could not be moved. How the run ends tells, too.
 */
export async function tellProbed(repository: Repository, { dispatch, run, claim }: ProbedClaim): Promise<string> {
  const told = await orphanCommit(repository, { ...dispatch, run, probed: true });
  const answer = await pushRefs(repository, [{ ref: claimRef(dispatch.issue), from: claim, to: told }]);
  if (answer.kind === 'moved') return told;
  return answer.kind === 'unclear' && (await readClaimCommit(repository, dispatch.issue)) === told ? told : claim;
}

/** Gives the claim up if it is still this one. Whoever holds it otherwise keeps it. */
export async function releaseClaim(
  repository: Repository,
  { issue, commit }: { readonly issue: number; readonly commit: string },
): Promise<void> {
  await pushRefs(repository, [{ ref: claimRef(issue), from: commit, to: '' }]);
}

/**
 * Moves the claim to a tombstone if it is still this one: from then on nobody holds the task, and only a later dispatch takes
 * it.
 */
export async function buryClaim(
  repository: Repository,
  { dispatch, commit }: { readonly dispatch: DispatchInputs; readonly commit: string },
): Promise<void> {
  const tombstone = await orphanCommit(repository, { ...dispatch, run: NO_RUN });
  await pushRefs(repository, [{ ref: claimRef(dispatch.issue), from: commit, to: tombstone }]);
}

/** @returns The commit that holds the claim now, or undefined when nobody does. */
export function readClaimCommit(repository: Repository, issue: number): Promise<string | undefined> {
  return readRemoteRef(repository, claimRef(issue));
}

async function readClaim(
  repository: Repository,
  issue: number,
): Promise<{ commit: string; holder: ClaimHolder } | undefined> {
  const commit = await readClaimCommit(repository, issue);
  if (commit === undefined) return undefined;
  return { commit, holder: parseHolder(await gitText(repository, ['log', '-1', '--format=%B', commit])) };
}

/** A tombstone names `NO_RUN`, and counts as its dispatch. A ref that somebody wrote by hand counts as the lowest dispatch: the next one takes it. */
function parseHolder(message: string): ClaimHolder {
  return parseJson(message, claimHolder) ?? { dispatch: 0, run: 0 };
}

/** The run id in its message makes the commit unlike any other: of two pushes only one can succeed. */
export function orphanCommit(repository: Repository, message: object): Promise<string> {
  return commitTree(repository, { tree: EMPTY_TREE, parents: [], message: JSON.stringify(message) });
}
