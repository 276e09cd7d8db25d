import type { Result } from '../../state/result.ts';
import type { Assignment } from '../protocol/assignment.ts';
import type { JobContext } from '../protocol/job.ts';
import { renderReport } from './comment.ts';

/** GitHub's own limit, in characters. */
const MAX_SUMMARY = 65_000;

export interface ReportedRun {
  readonly job: JobContext;
  readonly nodes: Assignment['nodes'];
  readonly result: Result;
}

/**
 * The checklist beside the commit that landed, or that people are to review, where they look.
 * @returns GitHub's `CreateCheckRunInput`; undefined where there is no commit.
 */
export function checkRunOf({ job, nodes, result }: ReportedRun): object | undefined {
  const commit = result.commit ?? result.pull?.head;
  if (commit === undefined) return undefined;
  const checks = result.checks.filter(({ name }) => name !== 'progress');
  const ran = checks.filter(({ status }) => status === 'passed' || status === 'flaky');
  return {
    repositoryId: nodes.repository,
    name: `agent-waves / ${result.task}`,
    headSha: commit,
    status: 'COMPLETED',
    conclusion: 'SUCCESS',
    detailsUrl: job.runUrl,
    externalId: `${result.issue}.${result.attempt}`,
    output: {
      title: ran.map(({ name, status }) => `${name} ${status}`).join(', ') || 'landed',
      summary: renderReport({ ...result, checks }, job.runUrl).slice(0, MAX_SUMMARY),
    },
  };
}
