import { toFailure } from '../errors.ts';
import type { Locator } from '../locator.ts';
import { API_VERSION, type Client } from '../octokit.ts';
import { WRITE } from './executor.ts';

/** What a review of a plan leaves on GitHub: a check run beside the commit, and a comment on the pull request. */

interface Target {
  readonly client: Client;
  readonly locator: Locator;
  /** Login under which the app writes. */
  readonly app: string;
}

export interface PlanCheck {
  readonly name: string;
  readonly head: string;
  readonly conclusion: 'success' | 'failure';
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
  readonly annotations: readonly Annotation[];
}

export interface Annotation {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly level: 'failure' | 'warning';
  readonly message: string;
}

/** So many go out with one request. */
const MAX_PER_REQUEST = 50;

/**
 * Posts the check run, once for each commit: what a commit says never changes.
 * @returns `refused` where the app may not write checks: that degrades to the comment.
 */
export async function postPlanCheck(target: Target, check: PlanCheck): Promise<'posted' | 'there' | 'refused'> {
  const { client, locator } = target;
  try {
    if (await isPosted(target, check)) return 'there';
    const pages = pagesOf(check.annotations);
    const made = await client.request('POST /repos/{owner}/{repo}/check-runs', {
      ...locator,
      name: check.name,
      head_sha: check.head,
      status: 'completed',
      conclusion: check.conclusion,
      output: outputOf(check, pages[0] ?? []),
      ...WRITE,
    });
    for (const page of pages.slice(1)) {
      await client.request('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', {
        ...locator,
        check_run_id: made.data.id,
        output: outputOf(check, page),
        ...WRITE,
      });
    }
    return 'posted';
  } catch (error) {
    const failure = toFailure(error);
    if (failure.kind === 'refused' && (failure.status === 403 || failure.status === 404)) return 'refused';
    throw error;
  }
}

async function isPosted({ client, locator, app }: Target, { name, head }: PlanCheck): Promise<boolean> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
    ...locator,
    ref: head,
    check_name: name,
    filter: 'all',
    per_page: 100,
    headers: API_VERSION,
  });
  return data.check_runs.some((run) => `${run.app?.slug}[bot]` === app);
}

function pagesOf(annotations: readonly Annotation[]): readonly (readonly Annotation[])[] {
  const pages: (readonly Annotation[])[] = [];
  for (let start = 0; start < annotations.length; start += MAX_PER_REQUEST)
    pages.push(annotations.slice(start, start + MAX_PER_REQUEST));
  return pages;
}

function outputOf({ title, summary }: PlanCheck, annotations: readonly Annotation[]) {
  return {
    title,
    summary,
    annotations: annotations.map(({ path, line, column, level, message }) => ({
      path,
      start_line: line,
      end_line: line,
      start_column: column,
      end_column: column,
      annotation_level: level,
      message,
    })),
  };
}

interface OwnComment {
  /** Of the pull request. */
  readonly number: number;
  readonly body: string;
  /** The comment that is there. */
  readonly known: { readonly id: number; readonly body: string } | undefined;
}

/** Writes the comment, or edits the one that is there where it says something else. */
export async function writePlanComment({ client, locator }: Target, { number, body, known }: OwnComment) {
  if (known?.body.replaceAll('\r\n', '\n') === body) return;
  if (known) {
    const edit = { ...locator, comment_id: known.id, body, ...WRITE };
    await client.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', edit);
    return;
  }
  const write = { ...locator, issue_number: number, body, ...WRITE };
  await client.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', write);
}
