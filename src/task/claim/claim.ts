import { createPrivateRepository } from '../git/private-repository.ts';
import { readDispatch } from '../protocol/dispatch-inputs.ts';
import type { Environment } from '../protocol/job.ts';
import type { StepContext, StepEnd } from '../protocol/step.ts';
import { acquireClaim, claimCommit } from './claim-ref.ts';
import { superseded } from './superseded.ts';

/** Takes the task for this run, or leaves it to whoever has it; nothing else has happened before. */
export async function claim(context: StepContext): Promise<StepEnd<'claim'>> {
  const { job, clock } = context;
  checkTrigger(context.environment);
  const dispatch = readDispatch(context.environment);
  if (job.runAttempt > 1)
    return superseded('a re-run would repeat an old dispatch; comment `/retry` on the issue instead');
  const repository = await createPrivateRepository(job);
  const commit = await claimCommit(repository, { dispatch, run: job.run });
  const acquired = acquireClaim(repository, { dispatch, commit, clock });
  // What comes next is most of what this step loads: git pushes meanwhile.
  const [claimed, { prepareRun }] = await Promise.all([acquired, import('./prepare-run.ts')]);
  if (claimed.kind === 'superseded') return superseded(claimed.why);
  return prepareRun({ ...context, dispatch, repository, commit });
}

/**
 * GitHub lets nobody send a dispatch who may not write to the repository. Of every other trigger somebody else may decide,
 * and it would run with the same rights.
 */
function checkTrigger({ GITHUB_EVENT_NAME: event = 'workflow_dispatch' }: Environment): void {
  if (event !== 'workflow_dispatch')
    throw new Error(
      `a task is started by workflow_dispatch alone, not by ${event}; copy templates/agent-task.yml again`,
    );
}
