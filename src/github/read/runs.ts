import { GHOST, TASK_WORKFLOW } from '../../state/names.ts';
import { instant, type RunView } from '../../state/snapshot.ts';
import { dateOf } from '../graphql.ts';
import type { Locator } from '../locator.ts';
import { API_VERSION, type Client } from '../octokit.ts';

/** GitHub lists at most 1,000 runs. */
const MAX_PAGES = 10;

const LIST_RUNS = 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs';

/** With the commit whose workflow it runs. */
export interface ListedRunView extends RunView {
  readonly commit: string;
}

/**
 * Ends of which jobs of these runs tell, before GitHub does: all jobs but the one that tells are over, and these are their
 * results. By the run; when it was told, in epoch ms.
 */
export type ToldEnds = ReadonlyMap<number, { readonly conclusion: string; readonly at: number }>;

interface Runs {
  readonly runs: ReadonlyMap<number, ListedRunView>;
  /** GitHub's clock, epoch milliseconds. */
  readonly date: number;
}

interface RunsSource {
  readonly client: Client;
  readonly locator: Locator;
  readonly toldEnds?: ToldEnds | undefined;
}

/** Lists the runs of the task workflow that were dispatched since then (epoch ms). */
export async function readRuns({ client, locator, toldEnds }: RunsSource, since: number): Promise<Runs> {
  const runs = new Map<number, ListedRunView>();
  let date = Number.POSITIVE_INFINITY;
  let pages = 0;
  // Named first: the types of pages know no headers.
  const question = {
    ...locator,
    workflow_id: TASK_WORKFLOW,
    event: 'workflow_dispatch',
    created: `>=${instant(since)}`,
    per_page: 100,
    headers: API_VERSION,
  };
  for await (const { data, headers } of client.paginate.iterator(LIST_RUNS, question)) {
    date = Math.min(date, dateOf(headers));
    for (const run of data) runs.set(Number(run.id), withToldEnd(toRunView(run), toldEnds));
    if (++pages === MAX_PAGES) break;
  }
  return { runs, date };
}

function withToldEnd(run: ListedRunView, toldEnds: ToldEnds | undefined): ListedRunView {
  const told = run.ended ? undefined : toldEnds?.get(run.id);
  return told ? { ...run, ended: true, conclusion: told.conclusion, updatedAt: instant(told.at) } : run;
}

interface ListedRun {
  readonly id: number;
  readonly display_title: string;
  readonly status: string | null;
  readonly conclusion: string | null;
  readonly actor?: { readonly login: string } | null;
  readonly path: string;
  readonly event: string;
  readonly head_branch: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly head_sha: string;
}

function toRunView(run: ListedRun): ListedRunView {
  const ended = run.status === 'completed';
  return {
    id: Number(run.id),
    title: run.display_title,
    ended,
    ...(ended || run.status === 'in_progress' ? {} : { queued: true }),
    conclusion: run.conclusion ?? undefined,
    actor: run.actor?.login ?? GHOST,
    // GitHub may append the ref that the file was taken from: `.github/workflows/agent-task.yml@main`.
    path: run.path.split('@', 1)[0] ?? '',
    event: run.event,
    branch: run.head_branch ?? '',
    createdAt: run.created_at,
    updatedAt: run.updated_at,
    commit: run.head_sha,
  };
}
