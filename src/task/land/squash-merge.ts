import { type Client, createClient } from '../../github/octokit.ts';
import { changedBesides } from '../git/base.ts';
import { gitText } from '../git/git.ts';
import { readTree } from '../git/workspace.ts';
import { type Conclusion, failure } from '../protocol/assignment.ts';
import type { StepContext } from '../protocol/step.ts';
import { say } from '../protocol/workflow-commands.ts';
import type { Candidate, LandingAttempt, LandingWork } from './candidate.ts';
import { fetchBaseTip, type LeaseRequest, underLease } from './landing-lease.ts';
import { closePullRequest, mergePullRequest, readPullRequest } from './pull-requests.ts';
import { refusedMerge } from './refusal.ts';
import { refusedBeforeMerge } from './still-wanted.ts';
import { pushTaskBranch, removeTaskBranch } from './task-branch.ts';
import { type OpenedPullRequest, openTaskPullRequest } from './task-pull-request.ts';

/**
 * `landing: merge`: a pull request with checklist and cost, squashed at once under our message. Claim and issue are
 * read again right before.
 * @returns How it ended, or the candidate when base or branch were moved meanwhile, or another run merges.
 */
export async function squashMerge(
  context: StepContext,
  { work, candidate }: LandingAttempt,
): Promise<Conclusion | Candidate> {
  const { job, clock } = context;
  const { repository, assignment } = work;
  const client = createClient({ token: job.token, baseUrl: job.apiUrl });
  const pushed = await pushTaskBranch(context, { work, candidate });
  if (pushed.kind !== 'pushed') return pushed.kind === 'refused' ? pushed.conclusion : candidate;
  const opened = await openTaskPullRequest(client, { context, work, candidate });
  if (opened.kind === 'refused') return opened.conclusion;
  const request: LeaseRequest = {
    repository,
    clock,
    branch: assignment.base.branch,
    head: candidate.parent,
    holder: { run: job.run, issue: assignment.dispatch.issue, pull: opened.pull.number },
    readPull: (number) => readPullRequest(client, { job, number }),
  };
  const merge = () => mergeAlone(client, { context, attempt: { work, candidate }, head: pushed.commit, opened });
  return (await underLease(request, merge)) ?? candidate;
}

async function mergeAlone(
  client: Client,
  {
    context,
    attempt: { work, candidate },
    head,
    opened: { pull, squash },
  }: {
    readonly context: StepContext;
    readonly attempt: LandingAttempt;
    /** The commit that is merged. */
    readonly head: string;
    readonly opened: Extract<OpenedPullRequest, { readonly kind: 'open' }>;
  },
): Promise<Conclusion | Candidate> {
  const { job } = context;
  const { assignment, repository } = work;
  const { number } = pull;
  const why = await refusedBeforeMerge(client, { context, assignment, repository });
  if (why !== undefined) {
    await closePullRequest(client, { job, number });
    return { outcome: 'superseded', why };
  }
  const answer = await mergePullRequest(client, { job, number, head, ...squash });
  switch (answer.kind) {
    case 'moved':
      return candidate;
    case 'refused':
      return refusedMerge(assignment.base.branch, answer.words);
    case 'merged':
      await removeTaskBranch(work, head);
      return confirmMerged(context, { work, candidate, commit: answer.commit });
  }
}

/**
 * GitHub squashes onto whatever the base is by then. Our own runs wait for each other; where a person was faster, what
 * landed is not what was verified, and is verified now.
 */
export async function confirmMerged(
  context: StepContext,
  {
    work: { assignment, repository, mayRun },
    candidate,
    commit,
  }: { readonly work: LandingWork; readonly candidate: Pick<Candidate, 'tree' | 'checks'>; readonly commit: string },
): Promise<Conclusion> {
  await fetchBaseTip(repository, assignment.base.branch);
  const tree = await gitText(repository, ['rev-parse', `${commit}^{tree}`]);
  const other = await changedBesides(repository, { from: candidate.tree, to: tree, projected: assignment.rules });
  if (other.length === 0) return { outcome: 'completed', commit, checks: candidate.checks };
  if (!mayRun) {
    const what = `it landed as ${commit.slice(0, 10)} on a base that somebody moved at that moment, and was not verified there`;
    return { outcome: 'verification', failure: failure(what, other.join('\n')) };
  }
  say(`The base moved while the pull request was merged (${other.length} paths): verifying what landed`);
  await readTree(repository, { job: context.job, tree });
  // Hardly ever is anybody so fast.
  const { verifyTree } = await import('../verify/verify-tree.ts');
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
