import type { Client } from '../../github/octokit.ts';
import { block, inline } from '../../state/markdown.ts';
import { taskBranch } from '../../state/names.ts';
import { landingMessage } from '../git/trailers.ts';
import type { Conclusion } from '../protocol/assignment.ts';
import type { StepContext } from '../protocol/step.ts';
import { checkTable } from '../report/comment.ts';
import type { Candidate, LandingWork } from './candidate.ts';
import { openPullRequest, type TaskPullRequest } from './pull-requests.ts';
import { refusedPullRequest } from './refusal.ts';

export type OpenedPullRequest =
  | {
      readonly kind: 'open';
      readonly pull: TaskPullRequest;
      /** What the squashed commit shall say. */
      readonly squash: { readonly title: string; readonly message: string };
    }
  | { readonly kind: 'refused'; readonly conclusion: Conclusion };

/** Opens the pull request of a task, or writes the one that is open anew: summary, checklist, cost. */
export async function openTaskPullRequest(
  client: Client,
  {
    context: { job },
    work,
    candidate,
  }: { readonly context: StepContext; readonly work: LandingWork; readonly candidate: Candidate },
): Promise<OpenedPullRequest> {
  const { assignment, report } = work;
  const { dispatch, base, task, agent } = assignment;
  const [title = '', ...rest] = landingMessage({
    dispatch,
    run: job.run,
    title: task.title,
    summary: report.summary,
    checks: candidate.checks,
  }).split('\n');
  const cost = report.cost_usd === undefined ? '' : ` · $${report.cost_usd.toFixed(2)}`;
  const body = [
    `**${inline(dispatch.task)}**: #${dispatch.issue} · attempt ${dispatch.attempt} · [run ${job.run}](${job.runUrl})`,
    block(report.summary),
    checkTable(candidate.checks),
    `<sub>${inline(agent.agent)} (${inline(agent.model)})${cost}</sub>`,
  ];
  try {
    const pull = await openPullRequest(client, {
      job,
      branch: taskBranch(dispatch.task),
      base: base.branch,
      title,
      body: body.filter(Boolean).join('\n\n'),
    });
    return { kind: 'open', pull, squash: { title, message: rest.join('\n').trim() } };
  } catch (error) {
    const { status, message } = error as { readonly status?: number; readonly message: string };
    // 422 as well: GitHub says so where Actions may not create pull requests.
    if (status !== 403 && status !== 422) throw error;
    return { kind: 'refused', conclusion: refusedPullRequest(message) };
  }
}
