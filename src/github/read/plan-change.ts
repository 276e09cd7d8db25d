import type { Task } from '../../plan/plan.ts';
import { type Derivations, taskRecordOf } from '../../state/derivations.ts';
import { mayBeStatedAgain } from '../../state/listed.ts';
import type { PlanChange } from '../../state/observed-files.ts';
import { idInPlan } from '../../state/record-identity.ts';
import { type IssueView, instant } from '../../state/snapshot.ts';
import { isTrustedBody, type Trust } from '../../state/trust.ts';
import type { Locator } from '../locator.ts';
import { API_VERSION, type Client } from '../octokit.ts';

interface ChangeInput extends Trust {
  readonly client: Client;
  readonly locator: Locator;
  /** The commit of the files that were read, and the path of the plan in it. */
  readonly head: string;
  readonly path: string;
  /** The tasks of that plan. */
  readonly tasks: readonly Task[];
  readonly issues: readonly IssueView[];
  readonly derivations: Derivations;
}

/**
 * Who changed the plan file last and when, where its `completed` may be a person's word, or the app's own that somebody put
 * back. Asked only then: of a task that was completed once and is no longer, and of which the file says that it is.
 */
export async function readPlanChange(input: ChangeInput): Promise<PlanChange | undefined> {
  if (!isQuestioned(input)) return undefined;
  const { client, locator, head, path } = input;
  const { data } = await client.request('GET /repos/{owner}/{repo}/commits', {
    ...locator,
    sha: head,
    path,
    per_page: 1,
    headers: API_VERSION,
  });
  const [last] = data;
  const date = last?.commit.committer?.date;
  return date === undefined
    ? undefined
    : { by: last?.author?.login ?? last?.commit.author?.name, at: instant(Date.parse(date)) };
}

function isQuestioned({ issues, tasks, derivations, ...trust }: ChangeInput): boolean {
  let completed: ReadonlySet<string> | undefined;
  return issues.some((issue) => {
    const record = isTrustedBody(issue, trust) ? taskRecordOf(issue, derivations) : undefined;
    if (!record || !mayBeStatedAgain(record)) return false;
    completed ??= new Set(tasks.flatMap(({ id, was = id, status }) => (status === 'completed' ? [id, was] : [])));
    return completed.has(idInPlan(record)) || completed.has(record.task);
  });
}
