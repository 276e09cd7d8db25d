import { TASK_WORKFLOW } from '../../state/names.ts';
import { instant } from '../../state/snapshot.ts';
import { dateOf } from '../graphql.ts';
import type { Locator } from '../locator.ts';
import type { Memory } from '../memory.ts';
import { API_VERSION, type Client } from '../octokit.ts';

const PER_PAGE = 100;

/** GitHub lists at most 1,000 runs. */
const MOST_PAGES = 10;

interface ReadRuns {
  readonly client: Client;
  readonly locator: Locator;
  readonly memory: Memory;
}

/** Lists the runs of the task workflow that were dispatched since then into the memory. @returns GitHub's clock. */
export async function readRuns(
  { client, locator, memory }: ReadRuns,
  since: number,
): Promise<{ readonly date: number }> {
  let date = Number.POSITIVE_INFINITY;
  memory.runs.clear();
  for (let page = 1; page <= MOST_PAGES; page++) {
    const response = await client.request('GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs', {
      ...locator,
      workflow_id: TASK_WORKFLOW,
      event: 'workflow_dispatch',
      created: `>=${instant(since)}`,
      per_page: PER_PAGE,
      page,
      headers: API_VERSION,
    });
    date = Math.min(date, dateOf(response.headers));
    for (const run of response.data.workflow_runs) {
      memory.runs.set(Number(run.id), {
        id: Number(run.id),
        title: run.display_title,
        ended: run.status === 'completed',
        ...(run.status === 'completed' || run.status === 'in_progress' ? {} : { queued: true }),
        conclusion: run.conclusion ?? undefined,
        actor: run.actor?.login ?? 'ghost',
        createdAt: run.created_at,
        updatedAt: run.updated_at,
      });
    }
    if (response.data.workflow_runs.length < PER_PAGE) break;
  }
  memory.runsAt = date;
  return { date };
}
