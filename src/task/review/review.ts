import { briefCharacters } from '../brief/gather.ts';
import { readSettings } from '../claim/settings.ts';
import { privateRepository } from '../git/private-repository.ts';
import { requireOutput } from '../protocol/outputs.ts';
import type { StepContext, StepEnd } from '../protocol/step.ts';
import { error, logFolded, notice } from '../protocol/workflow-commands.ts';
import { reviewWork } from './review-work.ts';
import { listed } from './rounds.ts';

/** Has verified work reviewed by another agent. Only what it approves goes on to landing. */
export async function review(context: StepContext): Promise<StepEnd<'review'>> {
  const { job } = context;
  const assignment = requireOutput(context, 'claim.assignment');
  const { reviewer, dispatch } = assignment;
  if (!reviewer) throw new Error('this run has no reviewer; the step verify should have gone on to land');
  const repository = privateRepository(job);
  // From git: what a reviewer reads of its task was never within the reach of the agent that it judges.
  const { plan, config } = await readSettings(repository, assignment.settings);
  const task = plan.tasks.find(({ id }) => id === dispatch.task);
  if (!task) throw new Error(`the plan of ${assignment.settings} has no task ${dispatch.task}`);
  const end = await reviewWork(context, {
    assignment,
    reviewer,
    repository,
    task,
    characters: briefCharacters(config),
    verification: requireOutput(context, 'verify.verification'),
    report: requireOutput(context, 'agent.report'),
  });
  const { conclusion, review: last, verification, report } = end;
  if (last)
    logFolded(`Verdict of ${last.agent}: ${last.verdict}`, `${last.summary}\n${listed(last.objections, 20_000)}`);
  if (conclusion) error('Not approved', conclusion.failure?.what ?? conclusion.outcome);
  else
    notice(
      'Approved',
      `${reviewer.agent.agent} approves the work${last?.rounds ? ` after ${last.rounds} rounds` : ''}`,
    );
  return {
    outputs: {
      next: conclusion ? 'report' : 'land',
      verification,
      report,
      conclusion,
      review: last,
      work: { tree: end.tree },
      ...(end.saved ? { saved: true } : {}),
    },
  };
}
