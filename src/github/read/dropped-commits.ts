import type { Task } from '../../plan/plan.ts';
import { type Derivations, taskRecordOf } from '../../state/derivations.ts';
import { idInPlan } from '../../state/record-identity.ts';
import type { IssueView } from '../../state/snapshot.ts';
import { unlessMissing } from '../errors.ts';
import type { Locator } from '../locator.ts';
import { API_VERSION, type Client } from '../octokit.ts';

interface DroppedInput {
  readonly client: Client;
  readonly locator: Locator;
  readonly derivations: Derivations;
  /** The commit of the files that were read. */
  readonly head: string;
  /** The tasks of the plan in them. */
  readonly tasks: readonly Task[];
  readonly issues: Iterable<IssueView>;
}

/**
 * Of the commits at which the plan file said that a task is not completed (`otherwise` in its record) those that the files
 * do not stand on. Asked only where the file says `completed` again, which the pass then takes into the record.
 */
export async function readDroppedCommits(input: DroppedInput): Promise<ReadonlySet<string>> {
  const dropped = new Set<string>();
  for (const commit of questionedCommits(input)) if (!(await isAncestor(commit, input))) dropped.add(commit);
  return dropped;
}

/** Of every record: whose body counts is not known yet in the first pass of a process. */
function questionedCommits({ issues, tasks, derivations }: DroppedInput): ReadonlySet<string> {
  const commits = new Set<string>();
  let completed: ReadonlySet<string> | undefined;
  for (const issue of issues) {
    const record = taskRecordOf(issue, derivations);
    if (record?.otherwise === undefined) continue;
    completed ??= new Set(tasks.flatMap(({ id, status }) => (status === 'completed' ? [id] : [])));
    if (completed.has(idInPlan(record))) commits.add(record.otherwise);
  }
  return commits;
}

async function isAncestor(commit: string, { client, locator, head }: DroppedInput): Promise<boolean> {
  const asked = client.request('GET /repos/{owner}/{repo}/compare/{basehead}', {
    ...locator,
    basehead: `${commit}...${head}`,
    per_page: 1,
    headers: API_VERSION,
  });
  // GitHub does not keep for ever what no branch leads to.
  const status = (await unlessMissing(asked))?.data.status;
  return status === 'ahead' || status === 'identical';
}
