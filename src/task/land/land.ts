import { privateRepository } from '../git/private-repository.ts';
import type { Assignment, Conclusion } from '../protocol/assignment.ts';
import { readOutput, requireOutput } from '../protocol/outputs.ts';
import type { StepContext, StepEnd } from '../protocol/step.ts';
import { error, notice, say } from '../protocol/workflow-commands.ts';
import { giveBack } from './give-back.ts';
import { landWork } from './land-work.ts';
import { countEffort } from './landing-effort.ts';
import { JOB_MINUTES } from './travel.ts';

/** Lands what was verified, together with giving up the claim: one push, all or nothing. */
export async function land(context: StepContext): Promise<StepEnd<'land'>> {
  const assignment = requireOutput(context, 'claim.assignment');
  const delegated = readOutput(context, 'import-handoff.delegated');
  const counter = countEffort(context);
  const end = await landWork(context, {
    work: {
      assignment,
      repository: privateRepository(context.job),
      from: assignment.base.head,
      ...workToLand(context, assignment),
      mayRun: delegated === undefined,
    },
    // It has its place since it was verified, or takes one now that it has passed. Verified again, it lands at once, or not.
    joining: assignment.rules.landing === 'review' || delegated?.again ? 'never' : 'once-passed',
    counter,
    jobMinutes: JOB_MINUTES[delegated ? 'land' : 'all'],
  });
  if (end === 'to-verify' && !delegated?.again) {
    say('Others have landed meanwhile: another job verifies the work on what there is now');
    return { outputs: { next: 'verify', again: true, effort: counter.effort } };
  }
  const conclusion = end === 'to-verify' ? giveBack() : end;
  tell(conclusion, assignment);
  return { outputs: { next: 'report', conclusion, effort: counter.effort } };
}

function tell({ outcome, commit, pull, failure }: Conclusion, { dispatch, base }: Assignment): void {
  if (outcome === 'completed') notice('Landed', `${dispatch.task} is on ${base.branch} as ${commit}`);
  else if (pull) notice('In review', `${dispatch.task} waits for review in #${pull.number}`);
  else if (failure && outcome === 'continued') notice('To be continued', failure.what);
  else if (failure) error('Not landed', failure.what);
}

/** Where there is a reviewer, what it approved, and nothing else. @throws when it did not. */
function workToLand(context: StepContext, { reviewer }: Assignment) {
  if (reviewer && requireOutput(context, 'review.review').verdict !== 'approve')
    throw new Error(`${reviewer.agent.agent} has not approved this work; action.yml must not land it`);
  const verification = requireOutput(context, reviewer ? 'review.verification' : 'verify.verification');
  // In a workflow of several jobs it comes from the agent's, not from the one that ran its checks.
  const work = readOutput(context, 'import-handoff.work') ?? readOutput(context, 'verify.work');
  const scanned = readOutput(context, 'scan.verdict');
  const passed = scanned ? { ...verification, checks: [...verification.checks, scanned.check] } : verification;
  return {
    passed,
    tree: verification.tree,
    ...work,
    report: requireOutput(context, reviewer ? 'review.report' : 'agent.report'),
  };
}
