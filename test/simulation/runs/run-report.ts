import { createHash } from 'node:crypto';
import type { DispatchInputs } from '../../../src/state/names.ts';
import type { Result } from '../../../src/state/result.ts';
import { writeResult } from '../../../src/state/write-result.ts';
import { isAmbiguous } from '../../../src/task/claim/issue.ts';
import type { Ending, TaskRunInput } from './run-input.ts';

export const PASSED: Result['checks'] = [{ name: 'test', status: 'passed' }];
const FAILED: Result['checks'] = [{ name: 'test', status: 'failed' }];

/** One comment, written again only where a look shows that it is not there. */
export async function report(ending: Ending, input: TaskRunInput): Promise<void> {
  const { client, job, dispatch, clock } = input;
  const target = { owner: job.owner, repo: job.repository, issue_number: dispatch.issue };
  const body = `**${dispatch.task}** ${ending.outcome}\n\n${writeResult(resultOf(ending, input))}\n`;
  const route = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
  for (let tries = 1; ; tries++) {
    try {
      await client.request(`POST ${route}`, { ...target, body, request: { retries: 0 } });
      break;
    } catch (error) {
      if (!isAmbiguous(error) || tries === 4) throw error;
    }
    await clock.sleep(2_000 * tries);
    const { data } = await client.request(`GET ${route}`, { ...target, per_page: 100 });
    if (data.some((comment) => comment.body === body)) break;
  }
}

function resultOf({ outcome, commit, why, until, pull }: Ending, { dispatch, job }: TaskRunInput): Result {
  const well = outcome === 'completed' || outcome === 'in-review';
  const isBusy = why === 'base-busy';
  return {
    ...dispatch,
    run: job.run,
    outcome,
    ...(commit === undefined ? {} : { commit }),
    checks: well ? PASSED : FAILED,
    summary: well ? 'Wrote it.' : '',
    ...(well || outcome === 'continued' ? {} : { failure: { what: why ?? `${outcome} it was`, output: 'expected 1' } }),
    ...(isBusy ? { cause: { kind: 'base-busy' as const } } : {}),
    ...(until === undefined ? {} : { until }),
    ...(pull === undefined ? {} : { pull }),
    agent: { type: 'general-purpose', model: 'sonnet', session: sessionOf(dispatch) },
  };
}

function sessionOf({ issue, attempt }: DispatchInputs): string {
  return createHash('sha1').update(`${issue} ${attempt}`).digest('hex').slice(0, 12);
}
