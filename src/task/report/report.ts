import { createClient } from '../../github/octokit.ts';
import { ACTIONS_LOGIN } from '../../state/names.ts';
import type { Check, Result } from '../../state/result.ts';
import { buryClaim, readClaimCommit, releaseClaim } from '../claim/claim-ref.ts';
import { closeAsCompleted } from '../claim/issue.ts';
import { privateRepository } from '../git/private-repository.ts';
import { leaveCheckout } from '../isolation/leave-checkout.ts';
import type { Assignment } from '../protocol/assignment.ts';
import type { JobContext } from '../protocol/job.ts';
import { readOutput, requireOutput } from '../protocol/outputs.ts';
import type { StepContext, StepEnd } from '../protocol/step.ts';
import { error, notice, say, warning } from '../protocol/workflow-commands.ts';
import { redactResult } from '../scan/redact-result.ts';
import { awaitProgress } from './await-progress.ts';
import { renderReport } from './comment.ts';
import { readEnding } from './ending.ts';
import { postResult } from './post-result.ts';
import { forgetCheckpoint, saveInterrupted, saveWork } from './save-work.ts';

/** Tells people and the app how the run ended. Closes the issue only when work has landed. */
export async function report(context: StepContext): Promise<StepEnd<'report'>> {
  try {
    return await reportEnding(context);
  } finally {
    await leaveCheckout(context.job);
  }
}

async function reportEnding(context: StepContext): Promise<StepEnd<'report'>> {
  const { job } = context;
  const assignment = requireOutput(context, 'claim.assignment');
  const ending = readEnding(context, assignment);
  switch (ending.kind) {
    case 'superseded':
      notice('Superseded', `Nothing landed and nothing is closed: ${ending.why}.`);
      return { outputs: { outcome: 'superseded' } };
    case 'cancelled':
      return reportCancelled(context, assignment);
    case 'broken':
      error(
        'No result',
        `Step ${ending.step} broke, see its log. This says nothing about the work: no attempt is used, and the next pass decides how to go on.`,
      );
      if (await holdsClaim(job, assignment)) await saveInterrupted(context, assignment);
      await endClaim(context, assignment);
      return { outputs: { outcome: 'infrastructure' }, failed: true };
    case 'result': {
      const result = await redactResult(ending.result);
      return result.outcome === 'completed'
        ? reportLanded(context, { assignment, result })
        : reportOpen(context, { assignment, result });
    }
  }
}

async function reportLanded(
  context: StepContext,
  { assignment, result }: { readonly assignment: Assignment; readonly result: Result },
): Promise<StepEnd<'report'>> {
  const { job, clock } = context;
  const client = createClient({ token: job.token, baseUrl: job.apiUrl });
  await postResult(client, { job, nodes: assignment.nodes, result });
  const [progress] = await Promise.all([progressOf(context, assignment), forgetCheckpoint(context, assignment)]);
  if (progress.status === 'late')
    warning(
      'Progress is late',
      `${assignment.rules.plan} does not say yet that ${result.task} is completed; a later pass writes it.`,
    );
  // The comment stays as it is: an edited result is not trusted.
  const checks = [...result.checks.filter(({ name }) => name !== 'progress'), progress];
  await showSummary(job, renderReport({ ...result, checks }, job.runUrl));
  await closeAsCompleted(client, { job, issue: result.issue, clock });
  if (!landedWithClaim(context, assignment)) await giveUpClaim(job, assignment);
  say(`${result.task} is completed and issue #${result.issue} is closed`);
  return { outputs: { outcome: result.outcome } };
}

/** Without a server the run's own last job makes the pass that writes it: waiting would be for itself. */
async function progressOf({ job, clock, signal }: StepContext, assignment: Assignment): Promise<Check> {
  if (job.actor === ACTIONS_LOGIN) return { name: 'progress', status: 'waiting' };
  const arrived = await awaitProgress(privateRepository(job), { assignment, clock, signal });
  return { name: 'progress', status: arrived ? 'passed' : 'late' };
}

/** The issue stays open: another run, people, or a person have their turn. */
async function reportOpen(
  context: StepContext,
  { assignment, result: told }: { readonly assignment: Assignment; readonly result: Result },
): Promise<StepEnd<'report'>> {
  const { job } = context;
  const saved = await saveWork(context, { assignment, result: told });
  const result: Result = saved === undefined ? told : { ...told, saved: { commit: saved, base: assignment.base.head } };
  await showSummary(job, renderReport(result, job.runUrl));
  const client = createClient({ token: job.token, baseUrl: job.apiUrl });
  await postResult(client, { job, nodes: assignment.nodes, result });
  await endClaim(context, assignment);
  if (result.outcome === 'in-review' || result.outcome === 'continued') {
    notice(`${result.task}: ${result.outcome}`, result.failure?.what ?? 'this run has done its part');
    return { outputs: { outcome: result.outcome } };
  }
  error(`${result.task}: ${result.outcome}`, result.failure?.what ?? 'the attempt failed');
  return { outputs: { outcome: result.outcome }, failed: true };
}

/** A person or the app ended the run: its conclusion says so, and a comment would be one too many. */
async function reportCancelled(context: StepContext, assignment: Assignment): Promise<StepEnd<'report'>> {
  const { job } = context;
  if (!(await holdsClaim(job, assignment))) {
    notice('Superseded', 'The run was cancelled and its claim is gone. Nothing landed and nothing is closed.');
    return { outputs: { outcome: 'superseded' } };
  }
  await saveInterrupted(context, assignment);
  await endClaim(context, assignment);
  notice('Cancelled', 'The run was cancelled. Nothing landed and nothing is closed.');
  return { outputs: { outcome: 'cancelled' } };
}

async function holdsClaim(job: JobContext, { dispatch, claim }: Assignment): Promise<boolean> {
  return (await readClaimCommit(privateRepository(job), dispatch.issue)) === claim;
}

/**
 * Once an agent may have been at work nobody takes the claim for this dispatch again: a second run of it, which GitHub started
 * late, would spend once more what was reserved once.
 */
async function endClaim(context: StepContext, assignment: Assignment): Promise<void> {
  if (readOutput(context, 'claim.conclusion')) return giveUpClaim(context.job, assignment);
  await buryClaim(privateRepository(context.job), { dispatch: assignment.dispatch, commit: assignment.claim });
}

/** A claim that landing gave up, or that somebody else holds, stays as it is. */
async function giveUpClaim(job: JobContext, { dispatch, claim }: Assignment): Promise<void> {
  await releaseClaim(privateRepository(job), { issue: dispatch.issue, commit: claim });
}

/** The push that landed the work gave up the claim with it. What had landed before, or was merged, leaves it. */
function landedWithClaim(context: StepContext, { rules }: Assignment): boolean {
  return rules.landing === 'push' && readOutput(context, 'land.conclusion')?.outcome === 'completed';
}

/** A runner without a summary page names no file for it. No other step pays for the library. */
async function showSummary({ summaryFile }: JobContext, markdown: string): Promise<void> {
  if (summaryFile) await (await import('@actions/core')).summary.addRaw(markdown).write();
}
