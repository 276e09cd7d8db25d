import { annotate } from '../checks/annotate.ts';
import { privateRepository } from '../git/private-repository.ts';
import { snapshotWorktree } from '../git/snapshot-worktree.ts';
import { leaveCheckout } from '../isolation/leave-checkout.ts';
import type { Conclusion, Verification } from '../protocol/assignment.ts';
import { readOutput, requireOutput } from '../protocol/outputs.ts';
import type { StepContext, StepEnd } from '../protocol/step.ts';
import { error } from '../protocol/workflow-commands.ts';
import { concludeFailure, verifyTree } from './verify-tree.ts';

/** Takes the agent's work as a tree first, so that what the checks write while they run does not land. */
export async function verify(context: StepContext): Promise<StepEnd<'verify'>> {
  try {
    return await verifyWork(context);
  } finally {
    // The report, which does it otherwise, is on another machine.
    if (readOutput(context, 'import-handoff.candidate')) await leaveCheckout(context.job);
  }
}

async function verifyWork(context: StepContext): Promise<StepEnd<'verify'>> {
  const assignment = requireOutput(context, 'claim.assignment');
  const repository = privateRepository(context.job);
  const handed = readOutput(context, 'import-handoff.candidate');
  const taken = handed ?? (await snapshotWorktree(repository, context.job));
  if ('failure' in taken) {
    error('Verification failed', taken.failure.what);
    const conclusion: Conclusion = { outcome: 'verification', failure: taken.failure };
    return { outputs: { next: 'report', conclusion } };
  }
  const { tree } = taken;
  const onto = handed?.onto ?? assignment.base.head;
  const candidate = { assignment, repository, tree, onto, untouched: handed !== undefined };
  const verified = await verifyTree(context, candidate);
  const { checks, findings } = verified;
  const verification: Verification = { checks, findings, tree };
  annotate(findings, new Set(checks.filter(({ status }) => status === 'failed').map(({ name }) => name)));
  const conclusion = concludeFailure(verified);
  if (!conclusion) return { outputs: { next: assignment.reviewer ? 'review' : 'land', verification } };
  error('Verification failed', conclusion.failure?.what ?? '');
  return { outputs: { next: 'report', verification, conclusion } };
}
