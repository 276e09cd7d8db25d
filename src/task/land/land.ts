import { privateRepository } from '../git/private-repository.ts';
import type { Assignment } from '../protocol/assignment.ts';
import { readOutput, requireOutput } from '../protocol/outputs.ts';
import type { StepContext, StepEnd } from '../protocol/step.ts';
import { error, notice, say } from '../protocol/workflow-commands.ts';
import { landWork } from './land-work.ts';

/** Lands what was verified, together with giving up the claim: one push, all or nothing. */
export async function land(context: StepContext): Promise<StepEnd<'land'>> {
  const { job } = context;
  const assignment = requireOutput(context, 'claim.assignment');
  const landed = await landWork(context, {
    assignment,
    ...workToLand(context, assignment),
    repository: privateRepository(job),
    delegated: readOutput(context, 'import-handoff.delegated'),
  });
  if ('again' in landed) {
    say(
      `The base has moved to ${landed.again.onto.slice(0, 10)}: another job verifies the work on it, and others wait`,
    );
    return { outputs: { next: 'verify', again: landed.again } };
  }
  const conclusion = landed;
  const { outcome, commit, pull, failure } = conclusion;
  if (outcome === 'completed')
    notice('Landed', `${assignment.dispatch.task} is on ${assignment.base.branch} as ${commit}`);
  else if (pull) notice('In review', `${assignment.dispatch.task} waits for review in #${pull.number}`);
  else if (failure) error('Not landed', failure.what);
  return { outputs: { next: 'report', conclusion } };
}

/** Where there is a reviewer, what it approved, and nothing else. @throws when it did not. */
function workToLand(context: StepContext, { reviewer }: Assignment) {
  if (reviewer && requireOutput(context, 'review.review').verdict !== 'approve')
    throw new Error(`${reviewer.agent.agent} has not approved this work; action.yml must not land it`);
  const verification = requireOutput(context, reviewer ? 'review.verification' : 'verify.verification');
  const scanned = readOutput(context, 'scan.verdict');
  return {
    verification: scanned ? { ...verification, checks: [...verification.checks, scanned.check] } : verification,
    report: requireOutput(context, reviewer ? 'review.report' : 'agent.report'),
  };
}
