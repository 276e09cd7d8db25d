import { API_VERSION, type Client, ONCE } from '../../github/octokit.ts';
import type { Result } from '../../state/result.ts';
import type { JobContext } from '../protocol/job.ts';
import { notice, warning } from '../protocol/workflow-commands.ts';
import { renderReport } from './comment.ts';

/** GitHub's own limit, in characters. */
const MAX_SUMMARY = 65_000;

/**
 * Puts the checklist beside the commit that landed, or that people are to review, where they look. One request. It is a courtesy: a token that may
 * not write checks, or an answer that fails, changes nothing about the result.
 */
export async function postCheckRun(client: Client, job: JobContext, result: Result): Promise<void> {
  const commit = result.commit ?? result.pull?.head;
  if (commit === undefined) return;
  const checks = result.checks.filter(({ name }) => name !== 'progress');
  const ran = checks.filter(({ status }) => status === 'passed' || status === 'flaky');
  try {
    await client.request('POST /repos/{owner}/{repo}/check-runs', {
      owner: job.owner,
      repo: job.repository,
      name: `agent-waves / ${result.task}`,
      head_sha: commit,
      status: 'completed',
      conclusion: 'success',
      details_url: job.runUrl,
      external_id: `${result.issue}.${result.attempt}`,
      output: {
        title: ran.map(({ name, status }) => `${name} ${status}`).join(', ') || 'landed',
        summary: renderReport({ ...result, checks }, job.runUrl).slice(0, MAX_SUMMARY),
      },
      headers: API_VERSION,
      request: ONCE,
    });
  } catch (problem) {
    const { status } = problem as { readonly status?: unknown };
    const told = problem instanceof Error ? problem.message : String(problem);
    if (status === 403 || status === 404) {
      notice(
        'No check run',
        `The token may not write checks; add \`checks: write\` to the job's permissions (${told}).`,
      );
    } else warning('No check run', `${told}. The work stands all the same.`);
  }
}
