import * as z from 'zod';
import { API_VERSION, ONCE } from '../../github/octokit.ts';
import { TASK_WORKFLOW } from '../../state/names.ts';
import type { GitHubAccess } from '../init/github-facts.ts';

/** What GitHub was last told to have shown, by question. */
export type KnownTags = ReadonlyMap<string, string>;

export interface Freshness {
  readonly isChanged: boolean;
  readonly tags: KnownTags;
}

interface Watched extends GitHubAccess {
  readonly defaultBranch: string;
}

/**
 * Whether issues, runs or the default branch are others than when `tags` were taken. Questions with an ETag: while nothing
 * has changed they cost nothing of what a token may ask
 * (https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate).
 */
export async function freshnessOf(watched: Watched, tags: KnownTags): Promise<Freshness> {
  const answers = await Promise.all(
    QUESTIONS.map(async ([name, ask]) => [name, await ask(watched, tags.get(name))] as const),
  );
  const next = new Map(answers);
  return { tags: next, isChanged: [...next].some(([name, tag]) => tag === '' || tag !== tags.get(name)) };
}

type Question = (watched: Watched, tag: string | undefined) => Promise<string>;

/** Whatever happens on an issue, a comment too, moves it to the front. More runs than these are not at work at once. */
const QUESTIONS: readonly (readonly [string, Question])[] = [
  [
    'issues',
    ({ client, locator }, tag) =>
      tagOf(tag, (options) =>
        client.request('GET /repos/{owner}/{repo}/issues', {
          ...locator,
          ...options,
          state: 'all',
          sort: 'updated',
          direction: 'desc',
          per_page: 1,
        }),
      ),
  ],
  [
    'runs',
    ({ client, locator }, tag) =>
      tagOf(tag, (options) =>
        client.request('GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs', {
          ...locator,
          ...options,
          workflow_id: TASK_WORKFLOW,
          per_page: 50,
        }),
      ),
  ],
  [
    'head',
    ({ client, locator, defaultBranch }, tag) =>
      tagOf(tag, (options) =>
        client.request('GET /repos/{owner}/{repo}/git/ref/{ref}', {
          ...locator,
          ...options,
          ref: `heads/${defaultBranch}`,
        }),
      ),
  ],
];

interface Options {
  readonly headers: Readonly<Record<string, string>>;
  readonly request: typeof ONCE;
}

interface Answered {
  readonly headers: { readonly etag?: string | undefined };
}

/** @returns The tag that stands for what GitHub shows now; empty where it gives none. */
async function tagOf(tag: string | undefined, ask: (options: Options) => Promise<Answered>): Promise<string> {
  const headers: Record<string, string> = { ...API_VERSION };
  if (tag) headers['if-none-match'] = tag;
  try {
    const answer = await ask({ headers, request: ONCE });
    return answer.headers.etag ?? '';
  } catch (error) {
    const status = answered.safeParse(error).data?.status;
    // Octokit throws what is no 2xx. There may be no workflow of tasks yet.
    if (status === 304) return tag ?? '';
    if (status === 404) return 'missing';
    throw error;
  }
}

const answered = z.object({ status: z.number() });
