import type { AgentReport, Assignment, Verification } from '../assignment.ts';
import { privateRepository } from '../git/private.ts';
import { landWork } from '../land/landing.ts';
import { error, notice } from '../log.ts';
import { needOutput, type StepContext, type StepEnd } from '../step.ts';

/** Lands what was verified, together with giving up the claim: one push, all or nothing. */
export async function land(context: StepContext): Promise<StepEnd> {
  const { environment, job } = context;
  const assignment = needOutput<Assignment>(environment, 'claim', 'assignment');
  const conclusion = await landWork(context, {
    assignment,
    verification: needOutput<Verification>(environment, 'verify', 'verification'),
    report: needOutput<AgentReport>(environment, 'agent', 'report'),
    repository: privateRepository(job),
  });
  const { outcome, commit, pull, failure } = conclusion;
  if (outcome === 'completed')
    notice('Landed', `${assignment.dispatch.task} is on ${assignment.base.branch} as ${commit}`);
  else if (pull) notice('In review', `${assignment.dispatch.task} waits for review in #${pull.number}`);
  else if (failure) error('Not landed', failure.what);
  return { outputs: { next: 'report', conclusion } };
}
