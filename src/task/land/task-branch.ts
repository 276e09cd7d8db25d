import { taskBranch } from '../../state/names.ts';
import { commitTree } from '../git/merge-trees.ts';
import { pushRefs } from '../git/push.ts';
import { readRemoteRef } from '../git/remote-ref.ts';
import { landingMessage } from '../git/trailers.ts';
import type { Conclusion } from '../protocol/assignment.ts';
import type { StepContext } from '../protocol/step.ts';
import { say } from '../protocol/workflow-commands.ts';
import type { Candidate, LandingWork } from './candidate.ts';
import { refusedPush } from './refusal.ts';

export type BranchPush =
  | { readonly kind: 'pushed'; readonly commit: string }
  /** Somebody else moved the branch at the same moment. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'refused'; readonly conclusion: Conclusion };

/**
 * Puts verified work on the branch of its task. On a pull request that people have seen it is a commit on top, so that
 * they see what changed since; otherwise it replaces what an earlier attempt left there.
 */
export async function pushTaskBranch(
  { job }: StepContext,
  {
    work: { assignment, repository, report },
    candidate,
  }: { readonly work: LandingWork; readonly candidate: Candidate },
): Promise<BranchPush> {
  const { dispatch, task, review } = assignment;
  const ref = `refs/heads/${taskBranch(dispatch.task)}`;
  const message = landingMessage({
    dispatch,
    run: job.run,
    title: task.title,
    summary: report.summary,
    checks: candidate.checks,
  });
  const parents = review ? [review.head, candidate.parent] : [candidate.parent];
  const commit = await commitTree(repository, { tree: candidate.tree, parents, message });
  const there = (await readRemoteRef(repository, ref)) ?? '';
  if (review && there !== review.head) {
    const what = `somebody pushed to ${taskBranch(dispatch.task)} while the agent worked on it`;
    return { kind: 'refused', conclusion: { outcome: 'conflict', failure: { what, output: '' } } };
  }
  const answer = await pushRefs(repository, [{ ref, from: there, to: commit }]);
  switch (answer.kind) {
    case 'moved':
      return { kind: 'pushed', commit };
    case 'refused':
      return { kind: 'refused', conclusion: refusedPush(taskBranch(dispatch.task), answer.text) };
    case 'stale':
      return { kind: 'stale' };
    case 'unclear':
      say(`The push was not answered clearly: ${answer.text}`);
      return { kind: 'stale' };
  }
}

/** What is merged needs its branch no more; one that stays harms nothing. */
export async function removeTaskBranch({ assignment, repository }: LandingWork, commit: string): Promise<void> {
  const ref = `refs/heads/${taskBranch(assignment.dispatch.task)}`;
  await pushRefs(repository, [{ ref, from: commit, to: '' }]);
}
