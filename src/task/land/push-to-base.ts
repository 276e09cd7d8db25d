import { createClient } from '../../github/octokit.ts';
import { claimRef } from '../../state/names.ts';
import { unreachable } from '../../state/unreachable.ts';
import { commitTree } from '../git/merge-trees.ts';
import { pushRefs, type RefMove } from '../git/push.ts';
import { landingMessage } from '../git/trailers.ts';
import type { Conclusion } from '../protocol/assignment.ts';
import type { StepContext } from '../protocol/step.ts';
import { say } from '../protocol/workflow-commands.ts';
import type { Candidate, LandingAttempt } from './candidate.ts';
import { refusedPush } from './refusal.ts';
import { refusedMeanwhile } from './still-wanted.ts';

/**
 * How long an answer stands (ms): a push that loses to a faster one comes again at once. A
 * pass that hears of a no meanwhile moves the claim, and with it gone no push goes through.
 */
const MAX_ANSWER_AGE_MS = 10_000;

/**
 * `landing: push`: one commit on the base, together with giving up the claim: one push, all or nothing. The issue is read
 * again right before, or was within the last 10 s.
 * @returns How it ended, or what to try again with when another push was faster, or its answer was lost.
 */
export async function pushToBase(
  context: StepContext,
  { work, candidate }: LandingAttempt,
): Promise<Conclusion | Candidate> {
  const { job } = context;
  const { assignment, repository, report } = work;
  const { dispatch, base, claim, task } = assignment;
  const message = landingMessage({
    dispatch,
    run: job.run,
    title: task.title,
    summary: report.summary,
    checks: candidate.checks,
  });
  // The less time between the look and the push, the fewer pushes are lost.
  const [asked, commit] = await Promise.all([
    askIfWanted(context, { work, candidate }),
    commitTree(repository, { tree: candidate.tree, parents: [candidate.parent], message }),
  ]);
  if ('why' in asked) return { outcome: 'superseded', why: asked.why };
  const again = { ...candidate, wantedAt: asked.at };
  const moves: readonly RefMove[] = [
    { ref: `refs/heads/${base.branch}`, from: candidate.parent, to: commit },
    { ref: claimRef(dispatch.issue), from: claim, to: '' },
  ];
  const answer = await pushRefs(repository, moves);
  switch (answer.kind) {
    case 'moved':
      return { outcome: 'completed', commit, checks: candidate.checks };
    case 'refused':
      return refusedPush(base.branch, answer.text);
    case 'stale':
      return again;
    case 'unclear':
      say(`The push was not answered clearly: ${answer.text}`);
      return again;
    default:
      return unreachable(answer);
  }
}

/** Asks GitHub, unless it has answered just now. @returns When it was asked (epoch ms), or why nothing may land. */
async function askIfWanted(
  { job, clock }: StepContext,
  { work, candidate: { wantedAt = Number.NaN } }: LandingAttempt,
): Promise<{ readonly at: number } | { readonly why: string }> {
  const age = clock.now() - wantedAt;
  // A clock that was set back says nothing of age.
  if (age >= 0 && age <= MAX_ANSWER_AGE_MS) return { at: wantedAt };
  const at = clock.now();
  const { dispatch } = work.assignment;
  const why = await refusedMeanwhile(createClient({ token: job.token, baseUrl: job.apiUrl }), { job, dispatch, clock });
  return why === undefined ? { at } : { why };
}
