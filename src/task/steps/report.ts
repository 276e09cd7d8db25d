import { createClient } from '../../github/octokit.ts';
import type { Check, Result } from '../../state/result.ts';
import type { Assignment } from '../assignment.ts';
import { claimedBy, releaseClaim } from '../claims.ts';
import { privateRepository } from '../git/private.ts';
import { closeAsCompleted, postComment } from '../issue.ts';
import type { Job } from '../job.ts';
import { error, notice, say, warning } from '../log.ts';
import { postCheckRun } from '../report/check-run.ts';
import { readEnding } from '../report/ending.ts';
import { progressArrives } from '../report/progress.ts';
import { renderComment, renderReport } from '../report/render.ts';
import { needOutput, type StepContext, type StepEnd } from '../step.ts';

/** Tells people and the app how the run ended. Closes the issue only when work has landed. */
export async function report(context: StepContext): Promise<StepEnd> {
  const { environment, job } = context;
  const assignment = needOutput<Assignment>(environment, 'claim', 'assignment');
  const ending = readEnding(environment, job, assignment);
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
      await giveUpClaim(job, assignment);
      return { outputs: { outcome: 'infrastructure' }, failed: true };
    case 'result':
      return ending.result.outcome === 'completed'
        ? reportLanded(context, assignment, ending.result)
        : reportFailed(context, assignment, ending.result);
  }
}

async function reportLanded(
  { job, clock, signal }: StepContext,
  assignment: Assignment,
  result: Result,
): Promise<StepEnd> {
  const client = createClient({ token: job.token, baseUrl: job.apiUrl });
  await postComment(client, job, { issue: result.issue, body: renderComment(result, job.runUrl) });
  const [arrived] = await Promise.all([
    progressArrives(privateRepository(job), { assignment, clock, signal }),
    postCheckRun(client, job, result),
  ]);
  if (!arrived)
    warning(
      'Progress is late',
      `${assignment.rules.plan} does not say yet that ${result.task} is completed; a later pass writes it.`,
    );
  // The comment stays as it is: an edited result is not trusted.
  const progress: Check = { name: 'progress', status: arrived ? 'passed' : 'late' };
  await summarise(job, { ...result, checks: [...result.checks.filter(({ name }) => name !== 'progress'), progress] });
  await closeAsCompleted(client, job, { issue: result.issue, clock });
  // Work that had landed before this run began still leaves the claim that this run took.
  await giveUpClaim(job, assignment);
  say(`${result.task} is completed and issue #${result.issue} is closed`);
  return { outputs: { outcome: result.outcome } };
}

async function reportFailed({ job }: StepContext, assignment: Assignment, result: Result): Promise<StepEnd> {
  await summarise(job, result);
  const client = createClient({ token: job.token, baseUrl: job.apiUrl });
  await postComment(client, job, { issue: result.issue, body: renderComment(result, job.runUrl) });
  await giveUpClaim(job, assignment);
  error(`${result.task}: ${result.outcome}`, result.failure?.what ?? 'the attempt failed');
  return { outputs: { outcome: result.outcome }, failed: true };
}

/** A person or the app ended the run: its conclusion says so, and a comment would be one too many. */
async function reportCancelled({ job }: StepContext, assignment: Assignment): Promise<StepEnd> {
  const repository = privateRepository(job);
  const holder = await claimedBy(repository, assignment.dispatch.issue);
  if (holder !== assignment.claim) {
    notice('Superseded', 'The run was cancelled and its claim is gone. Nothing landed and nothing is closed.');
    return { outputs: { outcome: 'superseded' } };
  }
  await giveUpClaim(job, assignment);
  notice('Cancelled', 'The run was cancelled. Nothing landed and nothing is closed; the claim is given up.');
  return { outputs: { outcome: 'cancelled' } };
}

/** A claim that landing gave up, or that somebody else holds, stays as it is. */
async function giveUpClaim(job: Job, { dispatch, claim }: Assignment): Promise<void> {
  await releaseClaim(privateRepository(job), dispatch.issue, claim);
}

/** A runner without a summary page names no file for it. */
async function summarise(job: Job, result: Result): Promise<void> {
  if (!job.summaryFile) return;
  const { summary } = await import('@actions/core');
  await summary.addRaw(renderReport(result, job.runUrl)).write();
}
