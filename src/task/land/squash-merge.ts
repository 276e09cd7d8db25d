import { createClient } from '../../github/octokit.ts';
import { changedPaths } from '../git/base.ts';
import { gitText } from '../git/git.ts';
import { readTree } from '../git/workspace.ts';
import { type Conclusion, failure } from '../protocol/assignment.ts';
import type { StepContext } from '../protocol/step.ts';
import { say } from '../protocol/workflow-commands.ts';
import { verifyTree } from '../verify/verify-tree.ts';
import type { Candidate, LandingAttempt, LandingWork } from './candidate.ts';
import { fetchBaseTip, underLease } from './landing-lease.ts';
import { closePullRequest, mergePullRequest } from './pull-requests.ts';
import { refusedMerge } from './refusal.ts';
import { refusedBeforeMerge } from './still-wanted.ts';
import { pushTaskBranch, removeTaskBranch } from './task-branch.ts';
import { openTaskPullRequest } from './task-pull-request.ts';

/**
 * `landing: merge`: a pull request with checklist and cost, squashed at once under our message. Claim and issue are
 * read again right before.
 * @returns How it ended, or the candidate when the branch of the task was moved meanwhile.
 */
export async function squashMerge(context: StepContext, attempt: LandingAttempt): Promise<Conclusion | Candidate> {
  const { work, candidate } = attempt;
  const { repository, assignment } = work;
  const holder = { run: context.job.run, issue: assignment.dispatch.issue };
  const at = { branch: assignment.base.branch, head: candidate.parent, now: context.clock.now(), holder };
  return (await underLease(repository, at, () => mergeAlone(context, attempt))) ?? candidate;
}

async function mergeAlone(context: StepContext, { work, candidate }: LandingAttempt): Promise<Conclusion | Candidate> {
  const { job } = context;
  const { assignment, repository } = work;
  const { base } = assignment;
  const client = createClient({ token: job.token, baseUrl: job.apiUrl });
  const pushed = await pushTaskBranch(context, { work, candidate });
  if (pushed.kind !== 'pushed') return pushed.kind === 'refused' ? pushed.conclusion : candidate;
  const opened = await openTaskPullRequest(client, { context, work, candidate });
  if (opened.kind === 'refused') return opened.conclusion;
  const why = await refusedBeforeMerge(client, { context, assignment, repository });
  if (why !== undefined) {
    await closePullRequest(client, { job, number: opened.pull.number });
    return { outcome: 'superseded', why };
  }
  const answer = await mergePullRequest(client, {
    job,
    number: opened.pull.number,
    head: pushed.commit,
    ...opened.squash,
  });
  switch (answer.kind) {
    case 'moved':
      return candidate;
    case 'refused':
      return refusedMerge(base.branch, answer.words);
    case 'merged':
      await removeTaskBranch(work, pushed.commit);
      return confirmLanded(context, { work, candidate, commit: answer.commit });
  }
}

/**
 * GitHub squashes onto whatever the base is by then. Our own runs wait for each other; where a person was faster, what
 * landed is not what was verified, and is verified now.
 */
async function confirmLanded(
  context: StepContext,
  {
    work: { assignment, repository, mayRun },
    candidate,
    commit,
  }: { readonly work: LandingWork; readonly candidate: Candidate; readonly commit: string },
): Promise<Conclusion> {
  await fetchBaseTip(repository, { branch: assignment.base.branch, now: 0 });
  const tree = await gitText(repository, ['rev-parse', `${commit}^{tree}`]);
  const { plan, progress } = assignment.rules;
  const other = (await changedPaths(repository, { from: candidate.tree, to: tree })).filter(
    (path) => path !== plan && path !== progress,
  );
  if (other.length === 0) return { outcome: 'completed', commit, checks: candidate.checks };
  if (!mayRun) {
    const what = `it landed as ${commit.slice(0, 10)} on a base that somebody moved at that moment, and was not verified there`;
    return { outcome: 'verification', failure: failure(what, other.join('\n')) };
  }
  say(`The base moved while the pull request was merged (${other.length} paths): verifying what landed`);
  await readTree(repository, { job: context.job, tree });
  const verified = await verifyTree(context, { assignment, repository, onto: `${commit}^`, tree });
  if (!verified.failure) return { outcome: 'completed', commit, checks: verified.checks };
  const what = `it landed as ${commit.slice(0, 10)} on a base that had moved, and there ${verified.failure.what}`;
  return {
    outcome: 'verification',
    failure: failure(what, verified.failure.output),
    checks: verified.checks,
    findings: verified.findings,
  };
}
