import { GHOST } from '../../state/names.ts';
import { type CommentView, instant } from '../../state/snapshot.ts';
import { dateOf } from '../graphql.ts';
import type { Locator } from '../locator.ts';
import { API_VERSION, type Client } from '../octokit.ts';

/** Enough for ten comments on each of a thousand issues between two passes; more is an attack and can wait. */
const MAX_PAGES = 100;

interface Comments {
  readonly comments: readonly CommentView[];
  /** GitHub's clock, epoch milliseconds. */
  readonly date: number;
}

/** Comments created since then (epoch ms) on any issue, in order of id. */
export async function readComments(
  { client, locator }: { readonly client: Client; readonly locator: Locator },
  since: number,
): Promise<Comments> {
  const comments: CommentView[] = [];
  let date = Number.POSITIVE_INFINITY;
  let pages = 0;
  // Named first: the types of pages know no headers.
  const question = {
    ...locator,
    since: instant(since),
    sort: 'created',
    direction: 'asc',
    per_page: 100,
    headers: API_VERSION,
  } as const;
  for await (const { data, headers } of client.paginate.iterator(
    'GET /repos/{owner}/{repo}/issues/comments',
    question,
  )) {
    date = Math.min(date, dateOf(headers));
    for (const comment of data) {
      // `since` goes by the last change: an old comment edited now is not news.
      if (Date.parse(comment.created_at) < since) continue;
      comments.push({
        id: Number(comment.id),
        nodeId: comment.node_id,
        issue: Number(comment.issue_url.slice(comment.issue_url.lastIndexOf('/') + 1)),
        author: comment.user?.login ?? GHOST,
        body: comment.body ?? '',
        createdAt: comment.created_at,
        edited: comment.updated_at !== comment.created_at,
      });
    }
    if (++pages === MAX_PAGES) break;
  }
  return { comments: comments.sort((a, b) => a.id - b.id), date };
}
