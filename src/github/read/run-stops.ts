import { taskRecordOf } from '../../state/derivations.ts';
import { dispatchTitle, TASK_WORKFLOW } from '../../state/names.ts';
import { type EndedJob, limitsIn, stopOf } from '../../state/run-stop.ts';
import type { RunStop } from '../../state/snapshot.ts';
import { toFailure } from '../errors.ts';
import type { Locator } from '../locator.ts';
import { API_VERSION, type Client } from '../octokit.ts';
import type { ListedRunView } from './runs.ts';
import type { Known } from './wanted.ts';

/** What ended each run that GitHub told as cancelled, by the run; undefined: a person. Each is asked about once. */
export type RunStops = ReadonlyMap<number, RunStop | undefined>;

interface Source {
  readonly client: Client;
  readonly locator: Locator;
}

/**
 * Asks about the runs of outstanding dispatches that ended as cancelled: two requests for each, which is seldom one.
 * @param stops What is known by now.
 */
export async function readRunStops(
  source: Source & Pick<Known, 'issues' | 'derivations'>,
  { runs, stops }: { readonly runs: ReadonlyMap<number, ListedRunView>; readonly stops: RunStops },
): Promise<RunStops> {
  const due = [...runs.values()].filter(({ id, conclusion }) => conclusion === 'cancelled' && !stops.has(id));
  if (due.length === 0) return stops;
  const outstanding = dispatchesOutstanding(source);
  const found = new Map(stops);
  for (const run of due) {
    if (!outstanding.has(run.id) && !outstanding.has(run.title)) continue;
    found.set(run.id, await readStop(source, { run, runs }));
  }
  return found;
}

/** The runs that they name, and the titles that their runs bear. */
function dispatchesOutstanding({
  issues,
  derivations,
}: Pick<Known, 'issues' | 'derivations'>): ReadonlySet<number | string> {
  return new Set(
    issues.flatMap((issue): readonly (number | string)[] => {
      const record = taskRecordOf(issue, derivations);
      if (!record?.live) return [];
      const title = dispatchTitle({ ...record, issue: issue.number });
      return record.live.run === undefined ? [title] : [title, record.live.run];
    }),
  );
}

async function readStop(
  source: Source,
  { run, runs }: { readonly run: ListedRunView; readonly runs: ReadonlyMap<number, ListedRunView> },
): Promise<RunStop | undefined> {
  try {
    const [jobs, workflow] = await Promise.all([readJobs(source, run.id), readWorkflow(source, run.commit)]);
    return stopOf({ run, jobs, limits: limitsIn(workflow), runs: runs.values() });
  } catch (error) {
    // Somebody deleted the run, or the app may not read it: then it is taken for what it says.
    if (toFailure(error).kind === 'refused') return undefined;
    throw error;
  }
}

async function readJobs({ client, locator }: Source, run: number): Promise<readonly EndedJob[]> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs', {
    ...locator,
    run_id: run,
    per_page: 100,
    headers: API_VERSION,
  });
  return data.jobs.map(({ name, conclusion, started_at: startedAt, completed_at: endedAt, steps }) => ({
    name,
    cancelled: conclusion === 'cancelled',
    // GitHub gives a job that no runner took the moment of its cancelling; it has no steps.
    startedAt: steps?.length === 0 ? undefined : startedAt,
    endedAt: endedAt ?? undefined,
  }));
}

/** The source of the workflow as the run had it; undefined where it is no file any more. */
async function readWorkflow({ client, locator }: Source, commit: string): Promise<string | undefined> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/contents/{path}', {
    ...locator,
    path: `.github/workflows/${TASK_WORKFLOW}`,
    ref: commit,
    headers: API_VERSION,
  });
  return 'content' in data ? Buffer.from(data.content, 'base64').toString('utf8') : undefined;
}
