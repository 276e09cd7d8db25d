import { type CommentView, instant } from '../../state/snapshot.ts';
import { dateOf } from '../graphql.ts';
import type { Locator } from '../locator.ts';
import { API_VERSION, type Client } from '../octokit.ts';

const PER_PAGE = 100;

/** Enough for ten comments on each of a thousand issues between two passes; more is an attack and can wait. */
const MOST_PAGES = 100;

interface Comments {
  readonly comments: readonly CommentView[];
  /** GitHub's clock, epoch milliseconds. */
  readonly date: number;
}

/** Comments created since then on any issue, in order of id. */
export async function readComments(
  { client, locator }: { readonly client: Client; readonly locator: Locator },
  since: number,
): Promise<Comments> {
  const comments: CommentView[] = [];
  let date = Number.POSITIVE_INFINITY;
  for (let page = 1; page <= MOST_PAGES; page++) {
    const response = await client.request('GET /repos/{owner}/{repo}/issues/comments', {
      ...locator,
      since: instant(since),
      sort: 'created',
      direction: 'asc',
      per_page: PER_PAGE,
      page,
      headers: API_VERSION,
    });
    date = Math.min(date, dateOf(response.headers));
    for (const comment of response.data) {
      // `since` goes by the last change: an old comment edited now is not news.
      if (Date.parse(comment.created_at) < since) continue;
      comments.push({
        id: Number(comment.id),
        nodeId: comment.node_id,
        issue: Number(comment.issue_url.slice(comment.issue_url.lastIndexOf('/') + 1)),
        author: comment.user?.login ?? 'ghost',
        body: comment.body ?? '',
        createdAt: comment.created_at,
        edited: comment.updated_at !== comment.created_at,
      });
    }
    if (response.data.length < PER_PAGE) break;
  }
  return { comments: comments.sort((a, b) => a.id - b.id), date };
}
