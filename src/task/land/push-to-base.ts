import { createClient } from '../../github/octokit.ts';
import { claimRef } from '../../state/names.ts';
import { readClaimCommit } from '../claim/claim-ref.ts';
import { isAncestor } from '../git/base.ts';
import { commitTree } from '../git/merge-trees.ts';
import { pushRefs, type RefMove } from '../git/push.ts';
import { landingMessage } from '../git/trailers.ts';
import type { Conclusion } from '../protocol/assignment.ts';
import type { StepContext } from '../protocol/step.ts';
import { say } from '../protocol/workflow-commands.ts';
import type { Candidate, LandingAttempt } from './candidate.ts';
import { fetchBaseTip, LANDING_REF } from './landing-lease.ts';
import { refusedPush } from './refusal.ts';
import { refusedMeanwhile } from './still-wanted.ts';

/**
 * How long an answer stands that no verification came after (ms): a push that loses to a faster one comes again at once. A
 * pass that hears of a no meanwhile moves the claim, and with it gone no push goes through.
 */
const MAX_ANSWER_AGE_MS = 10_000;

/**
 * `landing: push`: one commit on the base, together with giving up claim and lease: one push, all or nothing. The issue is
 * read again right before, or was within the last 10 s and since the last verification.
 * @returns How it ended, or what to try again with when another push was faster.
 */
export async function pushToBase(
  context: StepContext,
  { work, candidate }: LandingAttempt,
): Promise<Conclusion | Candidate> {
  const asked = await askIfWanted(context, { work, candidate });
  if ('why' in asked) return { outcome: 'superseded', why: asked.why };
  const again = { ...candidate, wantedAt: asked.at };
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
  const commit = await commitTree(repository, { tree: candidate.tree, parents: [candidate.parent], message });
  const claimed: RefMove = { ref: claimRef(dispatch.issue), from: claim, to: '' };
  const moves: readonly RefMove[] = [
    { ref: `refs/heads/${base.branch}`, from: candidate.parent, to: commit },
    claimed,
    ...(candidate.lease ? [{ ref: LANDING_REF, from: candidate.lease, to: '' }] : []),
  ];
  const answer = await pushRefs(repository, moves);
  const landed: Conclusion = { outcome: 'completed', commit, checks: candidate.checks };
  switch (answer.kind) {
    case 'moved':
      return landed;
    case 'refused':
      return refusedPush(base.branch, answer.text);
    case 'stale':
      if (!answer.refs.has(claimed.ref)) return again;
      break;
    case 'unclear':
      say(`The push was not answered clearly: ${answer.text}`);
      break;
  }
  if ((await readClaimCommit(repository, dispatch.issue)) === claim) return again;
  // The claim goes only together with the base: gone may mean that the push went through and its answer was lost.
  const { head } = await fetchBaseTip(repository, { branch: base.branch, now: 0 });
  if (await isAncestor(repository, { commit, head })) return landed;
  return { outcome: 'superseded', why: 'the claim of this run is gone: it was cancelled or replaced' };
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
