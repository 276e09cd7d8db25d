import { historyOf } from '../../git/history.ts';
import { unprocessable } from '../../model/errors.ts';
import { checkBounds, type PageArgs } from './connection.ts';
import type { CommitObject } from './fields.ts';

/** Object `Commit`, field `history`: https://docs.github.com/en/graphql/reference/objects#commit */
export interface HistoryArgs extends PageArgs {
  /** Committed at this moment or later. */
  readonly since?: string | null;
  readonly until?: string | null;
}

/**
 * The linear history of a commit. A cursor names the commit that was asked and how many were given: the next page goes
 * on from there, wherever the branch has moved.
 */
export async function commitHistory({ repository, commit }: CommitObject, args: HistoryArgs) {
  checkBounds('history', args);
  if (typeof args.first !== 'number') throw unprocessable('embedded: a history is read from its newest commit on');
  const [head = commit.oid, skip = '-1'] = args.after?.split(' ') ?? [];
  const from = Number(skip) + 1;
  const nodes: CommitObject[] = [];
  let place = 0;
  let more = false;
  for await (const each of historyOf(repository, head)) {
    if (!isWithin(each.committer.date, args)) continue;
    if (place++ < from) continue;
    if (nodes.length === args.first) {
      more = true;
      break;
    }
    nodes.push({ kind: 'Commit', repository, commit: each });
  }
  const edges = nodes.map((node, index) => ({ node, cursor: `${head} ${from + index}` }));
  const pageInfo = {
    startCursor: edges[0]?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
    hasNextPage: more,
    hasPreviousPage: from > 0,
  };
  return { nodes, edges, pageInfo, totalCount: () => countAll(repository, { head, args }) };
}

async function countAll(
  repository: CommitObject['repository'],
  { head, args }: { readonly head: string; readonly args: HistoryArgs },
): Promise<number> {
  let count = 0;
  for await (const { committer } of historyOf(repository, head)) if (isWithin(committer.date, args)) count += 1;
  return count;
}

function isWithin(date: number, { since, until }: HistoryArgs): boolean {
  return (!since || date >= Date.parse(since)) && (!until || date <= Date.parse(until));
}
