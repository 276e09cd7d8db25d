import { keepFinishedTree } from '../checkpoint/finished-tree.ts';
import { annotate } from '../checks/annotate.ts';
import { privateRepository } from '../git/private-repository.ts';
import { snapshotWorktree } from '../git/snapshot-worktree.ts';
import { leaveCheckout } from '../isolation/leave-checkout.ts';
import type { LandingWork } from '../land/candidate.ts';
import { unlessLandedElsewhere } from '../land/landed-elsewhere.ts';
import { countEffort, type EffortCounter } from '../land/landing-effort.ts';
import { JOB_MINUTES, travel } from '../land/travel.ts';
import type { Conclusion, Verification } from '../protocol/assignment.ts';
import { readOutput, requireOutput, type StepOutputs } from '../protocol/outputs.ts';
import type { StepContext, StepEnd } from '../protocol/step.ts';
import { error, notice } from '../protocol/workflow-commands.ts';
import { concludeFailure, verifyTree } from './verify-tree.ts';

/** Takes the agent's work as a tree first, so that what the checks write while they run does not land. */
export async function verify(context: StepContext): Promise<StepEnd<'verify'>> {
  const counter = countEffort(context);
  try {
    const { outputs } = await verifyWork(context, counter);
    return { outputs: { ...outputs, effort: counter.effort } };
  } finally {
    // The report, which does it otherwise, is on another machine.
    if (readOutput(context, 'import-handoff.candidate')) await leaveCheckout(context.job);
  }
}

async function verifyWork(context: StepContext, counter: EffortCounter): Promise<StepEnd<'verify'>> {
  const assignment = requireOutput(context, 'claim.assignment');
  const repository = privateRepository(context.job);
  const handed = readOutput(context, 'import-handoff.candidate');
  const taken = handed ?? (await snapshotWorktree(repository, context.job));
  if ('failure' in taken) return failed({ outcome: 'verification', failure: taken.failure });
  const { tree } = taken;
  if (!handed) keepFinishedTree(context.job, tree);
  const { landing } = assignment.rules;
  // A reviewer may take hours, and send the work back: until then it keeps nobody waiting.
  const onItsWay = handed ? handed.again : landing !== 'review' && !assignment.reviewer;
  if (onItsWay) return verifyOnItsWay(context, { assignment, repository, tree, counter, handed: handed !== undefined });
  const onto = assignment.base.head;
  counter.begins({ onHead: true });
  const verified = await verifyTree(context, { assignment, repository, tree, onto, untouched: handed !== undefined });
  counter.ends();
  const { checks, findings } = verified;
  const conclusion = concludeFailure(verified);
  const verification: Verification = { checks, findings, tree, onto };
  if (conclusion) return failed(conclusion, { verification });
  annotate(findings, new Set());
  return { outputs: { next: assignment.reviewer ? 'review' : 'land', verification } };
}

/** Verifies the work on top of what is to land before it; a job that may not write only follows. */
async function verifyOnItsWay(
  context: StepContext,
  {
    assignment,
    repository,
    tree,
    handed,
    counter,
  }: Pick<LandingWork, 'assignment' | 'repository' | 'tree'> & {
    readonly handed: boolean;
    readonly counter: EffortCounter;
  },
): Promise<StepEnd<'verify'>> {
  const report = requireOutput(context, 'agent.report');
  const taken = { assignment, repository, report, from: assignment.base.head, tree, mayRun: true };
  const travelled = await travel(context, {
    work: taken,
    until: handed ? 'turn' : 'passed',
    joining: handed ? 'never' : assignment.joinsLate ? 'once-passed' : 'at-once',
    counter,
    untouched: handed,
    checkedOut: tree,
    jobMinutes: JOB_MINUTES[handed ? 'verify' : 'all'],
  });
  if ('outcome' in travelled) {
    // A job that verifies alone may not read the issue: the one that lands asks.
    const ended = handed ? travelled : await unlessLandedElsewhere(context, { work: taken, ended: travelled });
    return failed(ended, { work: { from: assignment.base.head, tree } });
  }
  const { stop, work } = travelled;
  if (stop.kind === 'to-verify') throw new Error('a job that runs the checks was to leave them to another one');
  const verification = stop.kind === 'turn' ? stop.turn.verification : stop.verification;
  annotate(verification.findings, new Set());
  return { outputs: { next: 'land', verification, work: { from: work.from, tree: work.tree } } };
}

function failed(conclusion: Conclusion, left: StepOutputs<'verify'> = {}): StepEnd<'verify'> {
  const { checks, findings } = left.verification ?? conclusion;
  annotate(findings ?? [], new Set(checks?.filter(({ status }) => status === 'failed').map(({ name }) => name)));
  const { outcome, failure: why } = conclusion;
  if (why && outcome === 'continued') notice('To be continued', why.what);
  else if (why) error('Verification failed', why.what);
  return { outputs: { next: 'report', ...left, conclusion } };
}
