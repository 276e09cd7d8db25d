import type { Repository } from '../../git/git.ts';
import type { Work } from '../../git/work.ts';
import { readTree } from '../../git/workspace.ts';
import type { Assignment } from '../../protocol/assignment.ts';
import type { StepContext } from '../../protocol/step.ts';
import type { Verdict } from './rules.ts';
import { type RunningVerification, runVerification, type Verified } from './running-verification.ts';

/** What is to be verified: a tree, on a commit or tree that it would land on. */
export interface ToVerify {
  readonly of: Pick<Verdict, 'onto' | 'tree'>;
  readonly onto: string;
  readonly tree: string;
  /** What the run itself has changed. */
  readonly own: Work;
}

export type Verifier = (request: ToVerify) => RunningVerification;

/** @param checkedOut The tree that is in the checkout. */
export function createVerifier(
  context: StepContext,
  {
    checkedOut,
    untouched,
    ...worked
  }: {
    readonly assignment: Assignment;
    readonly repository: Repository;
    readonly untouched: boolean;
    readonly checkedOut: string | undefined;
  },
): Verifier {
  let there = checkedOut;
  let isUntouched = untouched;
  return ({ of, onto, tree, own }) => {
    const verify = async (stopped: AbortSignal): Promise<Verified> => {
      const signal = AbortSignal.any([context.signal, stopped]);
      const began = context.clock.elapsed();
      if (there !== tree) await readTree(worked.repository, { job: context.job, tree });
      there = undefined;
      // Most of what lands was verified in the step before.
      const { concludeFailure, verifyTree } = await import('../../verify/verify-tree.ts');
      const tried = { ...worked, untouched: isUntouched, onto, tree, changesNothing: own.start === own.tree };
      // What a verification leaves, of works that may be gone by now, is nothing for the next one to find.
      isUntouched = false;
      const verified = await verifyTree({ ...context, signal }, tried);
      there = tree;
      const { checks, findings } = verified;
      const failed = concludeFailure(verified, onto === worked.assignment.base.head ? undefined : ON_NEWEST);
      return {
        verification: { checks, findings, tree, onto },
        conclusion: failed && { ...failed, checks, findings },
        took: context.clock.elapsed() - began,
      };
    };
    return runVerification(of, verify);
  };
}

const ON_NEWEST = 'on the newest base';
