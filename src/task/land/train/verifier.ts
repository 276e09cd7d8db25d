import type { Repository } from '../../git/git.ts';
import type { Work } from '../../git/work.ts';
import { readTree } from '../../git/workspace.ts';
import type { Assignment, Conclusion, Verification } from '../../protocol/assignment.ts';
import type { StepContext } from '../../protocol/step.ts';
import type { Verdict } from './rules.ts';

/** What is to be verified: a tree, on a commit or tree that it would land on. */
export interface ToVerify {
  readonly of: Pick<Verdict, 'onto' | 'tree'>;
  readonly onto: string;
  readonly tree: string;
  /** What the run itself has changed. */
  readonly own: Work;
}

export interface Verified {
  readonly verification: Verification;
  /** Undefined when everything passed. */
  readonly conclusion: Conclusion | undefined;
  /** Milliseconds that it took. */
  readonly took: number;
}

/** A verification that goes on while others land. */
export interface RunningVerification {
  readonly of: ToVerify['of'];
  readonly end: Promise<Verified>;
  /** Ends it, with everything that it has started. */
  readonly stop: () => Promise<void>;
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
    const stopped = new AbortController();
    const signal = AbortSignal.any([context.signal, stopped.signal]);
    const verify = async (): Promise<Verified> => {
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
    const end = verify();
    // Whoever stops it does not ask how it ended.
    end.catch(() => undefined);
    const stop = async () => {
      stopped.abort();
      await end.catch(() => undefined);
    };
    return { of, end, stop };
  };
}

const ON_NEWEST = 'on the newest base';
