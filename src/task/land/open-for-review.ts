import { createClient } from '../../github/octokit.ts';
import { readClaimCommit } from '../claim/claim-ref.ts';
import type { Conclusion } from '../protocol/assignment.ts';
import type { StepContext } from '../protocol/step.ts';
import { say } from '../protocol/workflow-commands.ts';
import type { Candidate, LandingAttempt } from './candidate.ts';
import { closePullRequest, enableAutoMerge } from './pull-requests.ts';
import { refusedBeforeMerge } from './still-wanted.ts';
import { pushTaskBranch } from './task-branch.ts';
import { openTaskPullRequest } from './task-pull-request.ts';

/**
 * `landing: review`: a pull request that people review and merge; GitHub merges it by itself, or through its queue,
 * where the repository allows that. Claim and issue are read again right before.
 * @returns How it ended, or the candidate when the branch of the task was moved meanwhile.
 */
export async function openForReview(
  context: StepContext,
  { work, candidate }: LandingAttempt,
): Promise<Conclusion | Candidate> {
  const { job } = context;
  const { assignment, repository } = work;
  const client = createClient({ token: job.token, baseUrl: job.apiUrl });
  if ((await readClaimCommit(repository, assignment.dispatch.issue)) !== assignment.claim)
    return { outcome: 'superseded', why: 'the claim of this run is gone: it was cancelled or replaced' };
  const pushed = await pushTaskBranch(context, { work, candidate });
  if (pushed.kind !== 'pushed') return pushed.kind === 'refused' ? pushed.conclusion : candidate;
  const opened = await openTaskPullRequest(client, { context, work, candidate });
  if (opened.kind === 'refused') return opened.conclusion;
  const { pull, squash } = opened;
  const refused = await refusedBeforeMerge(client, { context, assignment, repository });
  if (refused !== undefined) {
    await closePullRequest(client, { job, number: pull.number });
    return { outcome: 'superseded', why: refused };
  }
  const why = await enableAutoMerge(client, { nodeId: pull.nodeId, ...squash });
  say(
    why === undefined
      ? `#${pull.number} is merged by GitHub once it is approved and its checks have passed`
      : `#${pull.number} waits for a person to merge it: GitHub does not by itself (${why})`,
  );
  return { outcome: 'in-review', pull: { number: pull.number, head: pushed.commit }, checks: candidate.checks };
}
