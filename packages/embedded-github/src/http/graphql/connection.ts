import { unprocessable } from '../../model/errors.ts';

export interface PageArgs {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
}

/** https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#node-limit */
const MAX_SIZE = 100;

/** A page of a list as a connection. Asking without `first` or `last` is refused, as GitHub does. */
export function connection<T>({
  name,
  all,
  args,
  key,
}: {
  readonly name: string;
  readonly all: readonly T[];
  readonly args: PageArgs;
  readonly key: (item: T) => string | number;
}) {
  checkBounds(name, args);
  const positions = new Map(all.map((item, index) => [String(key(item)), index]));
  const from = args.after ? position(args.after, positions) + 1 : 0;
  const to = args.before ? position(args.before, positions) : all.length;
  const window = all.slice(from, Math.max(from, to));
  const start = typeof args.first === 'number' ? 0 : Math.max(0, window.length - (args.last ?? 0));
  const nodes = typeof args.first === 'number' ? window.slice(0, args.first) : window.slice(start);
  const edges = nodes.map((node, index) => ({ node, cursor: cursor(from + start + index, key(node)) }));
  return {
    nodes,
    edges,
    totalCount: all.length,
    pageInfo: {
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
      hasNextPage: from + start + nodes.length < all.length,
      hasPreviousPage: from + start > 0,
    },
  };
}

/** @throws as GitHub does where neither `first` nor `last` is given, or one above its limit. */
export function checkBounds(name: string, { first, last }: PageArgs): void {
  const size = first ?? last;
  if (size === undefined || size === null) {
    throw unprocessable(
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    );
  }
  if (size > MAX_SIZE || size < 0) {
    throw unprocessable(
      `Requesting ${size} records on the \`${name}\` connection exceeds the \`first\` limit of ${MAX_SIZE} records.`,
    );
  }
}

function cursor(index: number, key: string | number): string {
  return Buffer.from(`${index}:${key}`).toString('base64');
}

/** Where an item stands now; where it stood, when it has left the list. */
function position(text: string, positions: ReadonlyMap<string, number>): number {
  const [, index = '', key = ''] = /^(\d+):(.*)$/s.exec(Buffer.from(text, 'base64').toString('utf8')) ?? [];
  const found = positions.get(key) ?? Number.parseInt(index, 10);
  if (Number.isNaN(found)) throw unprocessable(`\`${text}\` does not appear to be a valid cursor.`);
  return found;
}
