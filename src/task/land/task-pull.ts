import type { Client } from '../../github/octokit.ts';
import { block, inline } from '../../state/markdown.ts';
import { taskBranch } from '../../state/names.ts';
import { landingMessage } from '../git/trailers.ts';
import type { Conclusion } from '../protocol/assignment.ts';
import type { StepContext } from '../protocol/step.ts';
import { checkTable } from '../report/comment.ts';
import type { Stand, Work } from './land-work.ts';
import { openPull, type Pull } from './pulls.ts';
import { refusedPullRequest } from './refusal.ts';

export type Opened =
  | {
      readonly kind: 'open';
      readonly pull: Pull;
      /** What the squashed commit shall say. */
      readonly squash: { readonly title: string; readonly message: string };
    }
  | { readonly kind: 'refused'; readonly conclusion: Conclusion };

/** Opens the pull request of a task, or writes the one that is open anew: summary, checklist, cost. */
export async function openTaskPull(
  client: Client,
  { job }: StepContext,
  { work, stand }: { readonly work: Work; readonly stand: Stand },
): Promise<Opened> {
  const { assignment, report } = work;
  const { dispatch, base, task, agent } = assignment;
  const [title = '', ...rest] = landingMessage({
    ...{ dispatch, run: job.run, title: task.title, summary: report.summary },
    checks: stand.checks,
  }).split('\n');
  const cost = report.cost_usd === undefined ? '' : ` · $${report.cost_usd.toFixed(2)}`;
  const body = [
    `**${inline(dispatch.task)}**: #${dispatch.issue} · attempt ${dispatch.attempt} · [run ${job.run}](${job.runUrl})`,
    block(report.summary),
    checkTable(stand.checks),
    `<sub>${inline(agent.agent)} (${inline(agent.model)})${cost}</sub>`,
  ];
  try {
    const pull = await openPull(client, job, {
      ...{ branch: taskBranch(dispatch.task), base: base.branch, title },
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
