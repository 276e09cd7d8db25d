import { API_VERSION, type Client, ONCE } from '../../github/octokit.ts';
import { isAmbiguous } from '../claim/issue.ts';
import type { JobContext } from '../protocol/job.ts';
import { notice, warning } from '../protocol/workflow-commands.ts';
import { checkRunOf, type ReportedRun } from './check-run.ts';
import { renderComment } from './comment.ts';

/**
 * Posts the result on its issue, with the check run beside its commit in the same request: of several mutations each holds or
 * fails by itself. The check run is a courtesy: a token that may not write checks, or an answer that fails, changes nothing.
 * @throws when the comment is refused, or nobody can say whether it is there.
 */
export async function postResult(client: Client, reported: ReportedRun): Promise<void> {
  const { job, nodes, result } = reported;
  const body = renderComment(result, job.runUrl);
  const check = checkRunOf(reported);
  const refused = await ask(client, { comment: { subjectId: nodes.issue, body }, check });
  if (refused === 'unclear' || refused.some(({ path }) => path[0] === 'comment'))
    await postUnlessThere(client, { job, issue: result.issue, body });
  if (!check) return;
  if (refused === 'unclear') return sayNoCheckRun({ message: 'nobody has answered clearly' });
  const problem = refused.find(({ path }) => path[0] === 'check');
  if (problem) sayNoCheckRun(problem);
}

interface Refusal {
  readonly type?: string;
  readonly message: string;
  /** The alias of the mutation that failed stands first. */
  readonly path: readonly (string | number)[];
}

interface Asked {
  readonly comment: object;
  readonly check: object | undefined;
}

/** @returns What failed of the two; `unclear` where one was perhaps carried out. */
async function ask(client: Client, { comment, check }: Asked): Promise<readonly Refusal[] | 'unclear'> {
  const document = `mutation Report($comment: AddCommentInput!${check ? ', $check: CreateCheckRunInput!' : ''}) {
  comment: addComment(input: $comment) { clientMutationId }
  ${check ? 'check: createCheckRun(input: $check) { clientMutationId }' : ''}
}`;
  try {
    await client.graphql(document, { comment, ...(check ? { check } : {}), request: ONCE });
    return [];
  } catch (error) {
    const { errors } = error as { readonly errors?: readonly Partial<Refusal>[] };
    const isOfMutations = errors?.every((each): each is Refusal => each.path !== undefined);
    if (errors && isOfMutations) return errors as readonly Refusal[];
    if (isAmbiguous(error)) return 'unclear';
    throw error;
  }
}

/** After an answer that leaves it open whether the comment was written, looks before it writes again. */
async function postUnlessThere(
  client: Client,
  { job, issue, body }: { readonly job: JobContext; readonly issue: number; readonly body: string },
): Promise<void> {
  const target = { owner: job.owner, repo: job.repository, issue_number: issue };
  const route = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
  const since = new Date(Date.now() - 10 * 60_000).toISOString();
  const { data } = await client.request(`GET ${route}`, { ...target, since, per_page: 100, headers: API_VERSION });
  if (data.some((comment) => comment.body === body)) return;
  await client.request(`POST ${route}`, { ...target, body, headers: API_VERSION, request: ONCE });
}

/** GitHub's words for what a token may not do, or may not even see. */
const NOT_ALLOWED = ['FORBIDDEN', 'NOT_FOUND', 'INSUFFICIENT_SCOPES'];

function sayNoCheckRun({ type = '', message }: Pick<Refusal, 'type' | 'message'>): void {
  if (NOT_ALLOWED.includes(type))
    notice(
      'No check run',
      `The token may not write checks; add \`checks: write\` to the job's permissions (${message}).`,
    );
  else warning('No check run', `${message}. The work stands all the same.`);
}
